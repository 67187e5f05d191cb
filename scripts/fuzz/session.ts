/** A user's connection that may send any bytes, and reads what comes strictly: what isn't well-formed ends it. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Account } from "../lab/options.js";
import { LOOPBACK } from "../lab/ports.js";
import { streamReader, type Node } from "../lab/stanza-reader.js";

const WAIT_MS = 15_000;

export interface SessionEvents {
  stanza(stanza: Node): void;
  /** The stream is over; where what came could not be read, with the reason. */
  closed(unreadable: string | undefined): void;
}

export class Session {
  readonly jid: string;
  readonly #account: Required<Account>;
  readonly #socket: Socket;
  readonly #events: SessionEvents;
  #unreadable: string | undefined;
  #reader = this.#newReader();
  #waiting: ((node: Node) => void) | undefined;
  #isOnline = false;
  #isClosed = false;

  private constructor(port: number, account: Required<Account>, events: SessionEvents) {
    this.#account = account;
    this.#events = events;
    this.jid = `${account.username}@${account.host}/fuzz`;
    this.#socket = connect(port, LOOPBACK).setEncoding("utf8").setNoDelay();
    this.#socket.on("error", () => undefined);
    this.#socket.on("data", (text: string) => this.#read(text));
    this.#socket.once("close", () => {
      this.#isClosed = true;
      if (this.#isOnline) events.closed(this.#unreadable);
    });
  }

  /** Logs in with a password in plain text, and is available. */
  static async login(port: number, account: Required<Account>, events: SessionEvents): Promise<Session> {
    const session = new Session(port, account, events);
    await session.#login();
    return session;
  }

  write(text: string): void {
    if (!this.#isClosed) this.#socket.write(text);
  }

  close(): void {
    this.#isOnline = false;
    this.#socket.destroy();
  }

  async #login(): Promise<void> {
    const { username, host, password } = this.#account;
    const header = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='${host}' version='1.0'>`;
    const secret = Buffer.from(`\0${username}\0${password}`).toString("base64");
    await this.#asks(header, "features");
    await this.#asks(
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`,
      "success",
    );
    this.#reader = this.#newReader();
    await this.#asks(header, "features");
    await this.#asks(
      "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>fuzz</resource></bind></iq>",
      "iq",
    );
    this.#isOnline = true;
    await this.#asks("<presence/>", "presence");
  }

  /** Writes this, and waits for an element of that name. */
  async #asks(text: string, name: string): Promise<void> {
    const came = new Promise<void>((resolve) => {
      this.#waiting = (node) => {
        if (node.name === name) resolve();
      };
    });
    this.#socket.write(text);
    const deadline = AbortSignal.timeout(WAIT_MS);
    await Promise.race([came, once(this.#socket, "close", { signal: deadline }).then(failed)]);
    this.#waiting = undefined;
  }

  #newReader(): ReturnType<typeof streamReader> {
    return streamReader({
      open: () => undefined,
      element: (node) => {
        this.#waiting?.(node);
        if (this.#isOnline) this.#events.stanza(node);
      },
      end: () => undefined,
    });
  }

  #read(text: string): void {
    try {
      this.#reader.write(text);
    } catch (error) {
      this.#unreadable ??= `${String(error)} in ${text.slice(-1_000)}`;
      this.#socket.destroy();
    }
  }
}

function failed(): never {
  throw new Error("the server closed the stream of somebody who logs in");
}
