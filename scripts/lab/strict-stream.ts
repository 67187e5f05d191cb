/** A stream of a user or a component that may write any bytes, and reads strictly: what isn't well-formed ends it. */
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { Account } from "./options.js";
import { LOOPBACK } from "./ports.js";
import type { ComponentAccess } from "./server.js";
import { streamReader, type Node } from "./stanza-reader.js";

const STREAMS = "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'";
const RESOURCE = "strict";
const WAIT_MS = 30_000;

export interface StreamEvents {
  stanza(stanza: Node): void;
  /** The other side closed the stream, or sent what can't be read: then with the reason. */
  closed(unreadable: string | undefined): void;
}

export class StrictStream {
  readonly #socket: Socket;
  readonly #events: StreamEvents;
  #reader = this.#newReader();
  #waiting: ((node: Node) => void) | undefined;
  #isOnline = false;
  #isOver = false;
  #unreadable: string | undefined;

  private constructor(
    readonly jid: string,
    port: number,
    events: StreamEvents,
  ) {
    this.#events = events;
    this.#socket = connect(port, LOOPBACK).setEncoding("utf8").setNoDelay();
    this.#socket.on("error", () => undefined);
    this.#socket.on("data", (text: string) => this.#read(text));
    this.#socket.once("close", () => {
      if (this.#isOnline) events.closed(this.#unreadable);
    });
  }

  /** A user who is logged in and available. */
  static async user(port: number, account: Required<Account>, events: StreamEvents): Promise<StrictStream> {
    const { username, host, password } = account;
    const stream = new StrictStream(`${username}@${host}/${RESOURCE}`, port, events);
    const header = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' ${STREAMS} to='${host}'>`;
    const secret = Buffer.from(`\0${username}\0${password}`).toString("base64");
    await stream.#ask(header, "features");
    await stream.#ask(
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`,
      "success",
    );
    stream.#reader = stream.#newReader();
    await stream.#ask(header, "features");
    await stream.#ask(
      `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${RESOURCE}</resource></bind></iq>`,
      "iq",
    );
    await stream.#ask("<presence/>", "presence");
    stream.#isOnline = true;
    return stream;
  }

  /** A component (XEP-0114). @param user who it speaks for */
  static async component(
    { port, domain, password }: Pick<ComponentAccess, "port" | "domain" | "password">,
    user: string,
    events: StreamEvents,
  ): Promise<StrictStream> {
    const stream = new StrictStream(`${user}@${domain}/${RESOURCE}`, port, events);
    const header = `<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' ${STREAMS} to='${domain}'>`;
    const { attrs } = await stream.#ask(header, "stream");
    const digest = createHash("sha1").update(`${attrs.id}${password}`).digest("hex");
    await stream.#ask(`<handshake>${digest}</handshake>`, "handshake");
    stream.#isOnline = true;
    return stream;
  }

  write(text: string): void {
    if (!this.#isOver) this.#socket.write(text);
  }

  close(): void {
    this.#isOnline = false;
    this.#end();
  }

  /** Writes this, and waits for an element of that name. */
  async #ask(text: string, name: string): Promise<Node> {
    return await new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error(`the server of ${this.jid} gave no ${name}`));
      const timer = setTimeout(fail, WAIT_MS);
      this.#socket.once("close", fail);
      this.#waiting = (node) => {
        if (node.name !== name) return;
        clearTimeout(timer);
        this.#socket.off("close", fail);
        this.#waiting = undefined;
        resolve(node);
      };
      this.#socket.write(text);
    });
  }

  #newReader(): ReturnType<typeof streamReader> {
    return streamReader({
      open: (header) => this.#waiting?.(header),
      element: (node) => {
        this.#waiting?.(node);
        if (this.#isOnline) this.#events.stanza(node);
      },
      end: () => this.#end(),
    });
  }

  #read(text: string): void {
    if (this.#isOver) return;
    try {
      this.#reader.write(text);
    } catch (error) {
      this.#unreadable ??= `${String(error)} in ${text.slice(-1_000)}`;
      this.#end();
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#socket.destroy();
  }
}
