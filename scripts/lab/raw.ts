/** XMPP clients and components over plain sockets. They are cheap, and show exactly what the server sends. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import xml from "@xmpp/xml";
import { PATIENCE_MS } from "./inbox.js";
import type { Account } from "./options.js";
import { LOOPBACK } from "./ports.js";

/** How many characters one write contains. */
const PIECE = 64 * 1024;
const STREAMS = "xmlns:stream='http://etherx.jabber.org/streams'";

/** Connects a component (XEP-0114). @throws Error if the server refuses, or doesn't answer in time */
export async function rawComponent(port: number, domain: string, secret: string): Promise<Socket> {
  const socket = connect(port, LOOPBACK);
  socket.setEncoding("latin1");
  socket.write(
    `<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' ${STREAMS} to='${domain}'>`,
  );
  const header = await until(socket, (text) => /<stream:stream[^>]*>/.test(text));
  const id = /<stream:stream[^>]*\bid=['"]([^'"]+)/.exec(header)?.[1] ?? "";
  socket.write(`<handshake>${createHash("sha1").update(`${id}${secret}`).digest("hex")}</handshake>`);
  await until(socket, (text) => text.includes("<handshake"));
  return socket;
}

/** Writes texts in large pieces, no faster than the receiver reads. */
export async function writeAll(socket: Socket, texts: Iterable<string>): Promise<void> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    if (!socket.write(piece)) await once(socket, "drain");
    piece = "";
  }
  socket.write(piece);
}

/** Counts how often a text is received on a socket. */
export class Counter {
  #count = 0;
  #carry = "";
  #waiting: { count: number; resolve: () => void } | undefined;

  /** @param what the text to count, such as an end tag */
  constructor(
    readonly socket: Socket,
    readonly what: string,
  ) {
    socket.on("data", this.#onData);
  }

  stop(): void {
    this.socket.off("data", this.#onData);
  }

  get count(): number {
    return this.#count;
  }

  /** Resolves when the text has been received `count` times since the start. */
  reached(count: number): Promise<void> {
    if (this.#count >= count) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = { count, resolve };
    });
  }

  readonly #onData = (chunk: string): void => {
    const text = this.#carry + chunk;
    let from = 0;
    for (let at = text.indexOf(this.what); at >= 0; at = text.indexOf(this.what, from)) {
      this.#count += 1;
      from = at + this.what.length;
    }
    this.#carry = text.slice(Math.max(from, text.length - this.what.length + 1));
    if (this.#waiting !== undefined && this.#count >= this.#waiting.count) this.#waiting.resolve();
  };
}

export interface RawLogin {
  /** The resource of the client's address; absent: the server chooses it. */
  readonly resource?: string;
  /** Stanzas to send before the initial presence. */
  readonly first?: string;
  /** Called with all text received after the resource is bound. */
  readonly onText?: (text: string) => void;
}

/** Logs a user in with initial presence. @throws Error if the server refuses or doesn't answer */
export async function rawLogin(
  port: number,
  { username, host, password }: Required<Account>,
  { resource, first = "", onText }: RawLogin = {},
): Promise<Socket> {
  const socket = connect(port, LOOPBACK);
  socket.setEncoding("utf8");
  const asks = (text: string, end: string): Promise<string> => {
    socket.write(text);
    return until(socket, (received) => received.includes(end));
  };
  const header = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' ${STREAMS} to='${host}' version='1.0'>`;
  const secret = Buffer.from(`\0${username}\0${password}`).toString("base64");
  const auth = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`;
  const inside = resource === undefined ? undefined : xml("resource", {}, resource);
  const bind = xml(
    "iq",
    { type: "set", id: "bind" },
    xml("bind", "urn:ietf:params:xml:ns:xmpp-bind", inside),
  );
  await asks(header, "</stream:features>");
  await asks(auth, "<success");
  await asks(header, "</stream:features>");
  await asks(bind.toString(), "</iq>");
  if (onText !== undefined) socket.on("data", onText);
  await asks(`${first}<presence/>`, "<presence");
  return socket;
}

/**
 * Reads until the text received so far satisfies the condition, and returns this text.
 * @throws Error if the server refuses, closes the connection, or doesn't answer within PATIENCE_MS
 */
async function until(socket: Socket, holds: (text: string) => boolean): Promise<string> {
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(new Error("the server didn't answer in time")), PATIENCE_MS);
  const close = (): void => ended.abort(new Error("the server closed the connection"));
  socket.once("close", close);
  let text = "";
  try {
    while (!holds(text)) {
      const [chunk] = (await once(socket, "data", { signal: ended.signal })) as [string];
      text += chunk;
      if (text.includes("<stream:error") || text.includes("<failure")) throw new Error(`refused: ${text}`);
    }
    return text;
  } catch (error) {
    socket.destroy();
    throw ended.signal.aborted ? ended.signal.reason : error;
  } finally {
    clearTimeout(timer);
    socket.off("close", close);
  }
}
