/** XMPP clients and components over plain sockets. They are cheap, and show exactly what the server sends. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import xml from "@xmpp/xml";
import { NothingCame, PATIENCE_MS } from "./inbox.js";
import type { Account } from "./options.js";
import { LOOPBACK } from "./ports.js";
import { find, streamReader } from "./stanza-reader.js";

const PIECE = 64 * 1024;
const STREAMS = "xmlns:stream='http://etherx.jabber.org/streams'";

/** Connects a component (XEP-0114). @throws Error if the server refuses, or doesn't answer in time */
export async function rawComponent(port: number, domain: string, secret: string): Promise<Socket> {
  const socket = connect(port, LOOPBACK).setEncoding("latin1").setNoDelay();
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

/** Writes text, and resolves when another text has been received `count` times since. */
export async function counted(socket: Socket, text: string, what: string, count: number): Promise<void> {
  const counter = new Counter(socket, what);
  socket.write(text);
  await counter.reached(count);
  counter.stop();
}

/** Counts how often a text is received on a socket. */
export class Counter {
  count = 0;
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

  /** Resolves when the text has been received `count` times since the start. */
  reached(count: number): Promise<void> {
    if (this.count >= count) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = { count, resolve };
    });
  }

  readonly #onData = (chunk: string): void => {
    const text = this.#carry + chunk;
    let from = 0;
    for (let at = text.indexOf(this.what); at >= 0; at = text.indexOf(this.what, from)) {
      this.count += 1;
      from = at + this.what.length;
    }
    this.#carry = text.slice(Math.max(from, text.length - this.what.length + 1));
    if (this.#waiting !== undefined && this.count >= this.#waiting.count) this.#waiting.resolve();
  };
}

/**
 * Logs a user in, without presence. @param resource that of the address; absent: the server chooses it
 * @returns the stream, and the user's address @throws Error if the server refuses or doesn't answer
 */
export async function rawLogin(
  port: number,
  { username, host, password }: Required<Account>,
  resource?: string,
): Promise<{ socket: Socket; jid: string }> {
  const socket = connect(port, LOOPBACK).setEncoding("utf8").setNoDelay();
  const header = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' ${STREAMS} to='${host}' version='1.0'>`;
  const secret = Buffer.from(`\0${username}\0${password}`).toString("base64");
  const inside = resource === undefined ? undefined : xml("resource", {}, resource);
  const bind = xml("bind", "urn:ietf:params:xml:ns:xmpp-bind", inside);
  await asks(socket, header, "</stream:features>");
  const auth = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`;
  await asks(socket, auth, "<success");
  await asks(socket, header, "</stream:features>");
  const bound = await asks(socket, xml("iq", { type: "set", id: "bind" }, bind).toString(), "</iq>");
  let jid = "";
  streamReader({ element: (iq) => (jid = find(iq, "jid")?.getText() ?? "") }).write(`<stream>${bound}`);
  return { socket, jid };
}

/** Writes text, and waits for a text. @returns what was received @throws Error as `until` does */
export async function asks(socket: Socket, text: string, end: string): Promise<string> {
  socket.write(text);
  return await until(socket, (received) => received.includes(end));
}

/**
 * Reads until the text received so far satisfies the condition, and returns this text.
 * @throws NothingCame if the server doesn't answer within PATIENCE_MS, Error if it refuses or closes the connection
 */
async function until(socket: Socket, holds: (text: string) => boolean): Promise<string> {
  const ended = new AbortController();
  const timer = setTimeout(
    () => ended.abort(new NothingCame("the server didn't answer in time")),
    PATIENCE_MS,
  );
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
