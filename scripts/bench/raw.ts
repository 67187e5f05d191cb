/** The cheapest XMPP peers there can be, so that they don't cost what is measured: a component and a client. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Characters that are written at once. */
const PIECE = 64 * 1024;
const STREAMS = "xmlns:stream='http://etherx.jabber.org/streams'";

/** A component's stream (XEP-0114), open for writing. */
export async function rawComponent(port: number, domain: string, secret: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
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

/** Writes texts one after another in large pieces, no faster than the other side reads. */
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

/** Counts how often a text comes through a socket. */
export class Counter {
  #count = 0;
  #carry = "";
  #waiting: { count: number; resolve: () => void } | undefined;

  /** @param what an end tag, say */
  constructor(
    readonly socket: Socket,
    readonly what: string,
  ) {
    socket.on("data", this.#onData);
  }

  /** Counts no more. */
  stop(): void {
    this.socket.off("data", this.#onData);
  }

  get count(): number {
    return this.#count;
  }

  /** Resolves when it has come so many times since the start. */
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

/** A client that is online and counts the messages it gets. */
export class CountingClient {
  readonly #messages: Counter;

  private constructor(readonly socket: Socket) {
    this.#messages = new Counter(socket, "</message>");
  }

  static async login(port: number, host: string, user: string, password: string): Promise<CountingClient> {
    const socket = connect(port, "127.0.0.1");
    socket.setEncoding("latin1");
    const header = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' ${STREAMS} to='${host}' version='1.0'>`;
    socket.write(header);
    await until(socket, (text) => text.includes("</stream:features>"));
    const secret = Buffer.from(`\0${user}\0${password}`).toString("base64");
    socket.write(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`);
    await until(socket, (text) => text.includes("<success"));
    socket.write(header);
    await until(socket, (text) => text.includes("</stream:features>"));
    socket.write("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
    await until(socket, (text) => text.includes("</iq>"));
    socket.write("<presence/>");
    await until(socket, (text) => text.includes("<presence"));
    return new CountingClient(socket);
  }

  get count(): number {
    return this.#messages.count;
  }

  /** Resolves when so many messages have come since the start. */
  reached(count: number): Promise<void> {
    return this.#messages.reached(count);
  }

  close(): void {
    this.socket.destroy();
  }
}

async function until(socket: Socket, done: (text: string) => boolean): Promise<string> {
  let text = "";
  while (!done(text)) {
    const [chunk] = (await once(socket, "data", { signal: AbortSignal.timeout(10_000) })) as [string];
    text += chunk;
    if (text.includes("<stream:error") || text.includes("<failure")) throw new Error(`refused: ${text}`);
  }
  return text;
}
