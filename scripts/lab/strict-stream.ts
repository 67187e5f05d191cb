/** A stream that can write any bytes. Received text that isn't well-formed XML ends the stream. */
import type { Socket } from "node:net";
import type { Account } from "./options.js";
import { rawComponent, rawLogin } from "./raw.js";
import type { ComponentAccess } from "./server.js";
import { streamReader, type Node } from "./stanza-reader.js";

const RESOURCE = "strict";
/** How long the stream is still read after invalid XML, in milliseconds: the end of an error says what is wrong. */
const REST_MS = 500;

export interface StreamEvents {
  stanza(stanza: Node): void;
  /** Called when the stream has ended. @param unreadable the parser's error if the server sent invalid XML */
  closed(unreadable: string | undefined): void;
}

export class StrictStream {
  readonly #reader;
  #socket: Socket | undefined;
  #isOver = false;
  /** The last characters that were received; undefined while all is well-formed. */
  #rest: string | undefined;

  private constructor(
    readonly jid: string,
    namespace: "jabber:client" | "jabber:component:accept",
    private readonly events: StreamEvents,
  ) {
    this.#reader = streamReader({
      open: () => undefined,
      element: (node) => events.stanza(node),
      end: () => this.#end(undefined),
    });
    this.#reader.write(
      `<stream:stream xmlns='${namespace}' xmlns:stream='http://etherx.jabber.org/streams'>`,
    );
  }

  /** Logs a user in and sends initial presence. @param first stanzas to send before the presence */
  static async user(
    port: number,
    account: Required<Account>,
    events: StreamEvents,
    first = "",
  ): Promise<StrictStream> {
    const { username, host } = account;
    const stream = new StrictStream(`${username}@${host}/${RESOURCE}`, "jabber:client", events);
    const onText = (text: string): void => stream.#read(text);
    stream.#open(await rawLogin(port, account, { resource: RESOURCE, first, onText }));
    return stream;
  }

  /** Connects a component (XEP-0114). @param user the localpart of the address from which the component sends */
  static async component(
    { port, domain, password }: Pick<ComponentAccess, "port" | "domain" | "password">,
    user: string,
    events: StreamEvents,
  ): Promise<StrictStream> {
    const stream = new StrictStream(`${user}@${domain}/${RESOURCE}`, "jabber:component:accept", events);
    const socket = await rawComponent(port, domain, password);
    stream.#open(socket.setEncoding("utf8").on("data", (text: string) => stream.#read(text)));
    return stream;
  }

  write(text: string): void {
    if (!this.#isOver) this.#socket?.write(text);
  }

  close(): void {
    this.#isOver = true;
    this.#socket?.destroy();
  }

  #open(socket: Socket): void {
    this.#socket = socket;
    socket.on("error", () => undefined).once("close", () => this.#end(undefined));
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
