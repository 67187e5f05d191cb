/** A stream that can write any bytes. Received text that isn't well-formed XML ends the stream. */
import type { Socket } from "node:net";
import type { Element } from "@xmpp/xml";
import type { Account } from "./options.js";
import { asks, rawComponent, rawLogin } from "./raw.js";
import type { ComponentAccess } from "./private-server.js";
import { streamReader } from "./stanza-reader.js";

/** How long the stream is still read after invalid XML, in milliseconds: the end of an error says what is wrong. */
const REST_MS = 500;

export interface StreamEvents {
  /** Called with each child of the stream: a stanza, or a stream error. */
  readonly stanza: (stanza: Element) => void;
  /** Called when the stream has ended. @param unreadable the parser's error if the server sent invalid XML */
  readonly closed: (unreadable: string | undefined) => void;
}

export class StrictStream {
  readonly #reader;
  #isOver = false;
  /** The last characters that were received; undefined while all is well-formed. */
  #rest: string | undefined;

  private constructor(
    readonly jid: string,
    namespace: "jabber:client" | "jabber:component:accept",
    private readonly socket: Socket,
    private readonly events: StreamEvents,
  ) {
    this.#reader = streamReader({ element: events.stanza, end: () => this.#end(undefined) });
    this.#reader.write(
      `<stream:stream xmlns='${namespace}' xmlns:stream='http://etherx.jabber.org/streams'>`,
    );
    socket.on("data", (text: string) => this.#read(text));
    socket.on("error", () => undefined).once("close", () => this.#end(undefined));
  }

  /** Logs a user in, without presence. @param resource that of the address; absent: the server chooses it */
  static async user(
    port: number,
    account: Required<Account>,
    events: StreamEvents,
    resource?: string,
  ): Promise<StrictStream> {
    const { socket, jid } = await rawLogin(port, account, resource);
    return new StrictStream(jid, "jabber:client", socket, events);
  }

  /** Connects a component (XEP-0114). @param user the localpart of the address from which the component sends */
  static async component(
    { port, domain, password }: Pick<ComponentAccess, "port" | "domain" | "password">,
    events: StreamEvents,
    user?: string,
  ): Promise<StrictStream> {
    const socket = (await rawComponent(port, domain, password)).setEncoding("utf8");
    const jid = user === undefined ? domain : `${user}@${domain}/strict`;
    return new StrictStream(jid, "jabber:component:accept", socket, events);
  }

  /** Sends initial presence, and waits until the server has processed it. @param first stanzas to send before */
  async appear(first = ""): Promise<void> {
    await asks(this.socket, `${first}<presence/>`, "<presence");
  }

  write(text: string): void {
    if (!this.#isOver) this.socket.write(text);
  }

  /** Closes the stream, and waits until the server has closed it, too. */
  async end(): Promise<void> {
    if (this.socket.closed) return;
    const closed = new Promise((resolve) => this.socket.once("close", resolve));
    if (!this.socket.destroyed) this.socket.end("</stream:stream>");
    await closed;
  }

  close(): void {
    this.#isOver = true;
    this.socket.destroy();
  }

  #read(text: string): void {
    if (this.#isOver) return;
    if (this.#rest === undefined) {
      try {
        this.#reader.write(text);
        return;
      } catch (error) {
        setTimeout(() => this.#end(`${String(error)} in ${this.#rest ?? ""}`), REST_MS);
      }
    }
    this.#rest = ((this.#rest ?? "") + text).slice(-1_000);
  }

  #end(unreadable: string | undefined): void {
    if (this.#isOver) return;
    this.close();
    this.events.closed(unreadable);
  }
}
