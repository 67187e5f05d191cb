/**
 * One XEP-0114 stream over @xmpp/component, from connecting to its end, with workarounds for that package's bugs.
 * A stream is used once; link.ts makes a new one to reconnect.
 */
import { isIPv6, type Socket } from "node:net";
import { component } from "@xmpp/component";
import type { Element } from "../xml/builder.js";
import type { WireText } from "../xml/wire-text.js";
import { networkFault, peerOf, type Peer, type StreamEnd } from "./stream-end.js";
import type { KnownServer } from "./server-lines.js";
import { PromptAcknowledgement } from "./prompt-acknowledgement.js";
import { TagBuffer } from "./tag-buffer.js";

export interface StreamOptions {
  /** The server's address for components, such as "xmpp://127.0.0.1:5347". */
  readonly service: string;
  readonly domain: string;
  readonly password: string;
  /** Milliseconds until the server must have accepted the handshake. */
  readonly timeout: number;
  onStanza(stanza: Element): void;
  /** The write buffer has emptied. */
  onDrain(): void;
  /** Called once, after the handshake was accepted. */
  onOpen(): void;
  /** Called once, whether the stream ever opened or not. */
  onClosed(closed: StreamEnd): void;
}

/** How long the server may take to close its side of an ended stream; milliseconds. */
const CLOSING_MS = 1000;

export class Stream {
  readonly #options: StreamOptions;
  readonly #entity;
  readonly #handshake: NodeJS.Timeout;
  readonly #prompt = new PromptAcknowledgement(() => this.#acknowledge());
  #socket: Socket | undefined;
  #state: "opening" | "open" | "closing" | "closed" = "opening";
  #why: StreamEnd | undefined;
  #peer: Peer | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    const { service, domain, password } = options;
    // XEP-0114 hashes the secret's UTF-8 bytes; the package hashes Latin-1 ones, so it is handed those bytes.
    const secret = Buffer.from(password, "utf8").toString("latin1");
    const entity = component({ service, domain, password: secret });
    this.#entity = entity;
    entity.timeout = options.timeout;
    // Reconnecting and answering are done in this program; the package's middleware throws on odd addresses.
    entity.reconnect.stop();
    entity.removeAllListeners("element");
    entity.removeAllListeners("send");
    // The package would connect to whatever host the server names.
    entity._onSeeOtherHost = (error) => void entity.emit("error", error);
    this.#omitVersion();
    this.#guardInput();
    entity.on("connecting", () => {
      queueMicrotask(() => this.#adopt());
    });
    entity.on("open", (header: Element) => (this.#peer = peerOf(header)));
    entity.on("stanza", (stanza: Element) => options.onStanza(stanza));
    entity.on("online", () => {
      if (this.#state !== "opening") return;
      clearTimeout(this.#handshake);
      this.#state = "open";
      options.onOpen();
    });
    entity.on("error", (error: Error & { condition?: string }) => this.#onError(error));
    entity.on("close", () => this.#end({ cause: "closed", text: "the server ended the stream" }));
    this.#handshake = setTimeout(() => {
      this.#end({ cause: "network", text: `no answer within ${options.timeout / 1000} s` });
    }, options.timeout);
    this.#open().catch((error: unknown) =>
      this.#onError(error instanceof Error ? error : new Error(String(error))),
    );
  }

  /** Writes finished stanzas. @returns false if the caller should wait for onDrain; they are written all the same */
  write(text: WireText): boolean {
    if (this.#state !== "open" || this.#socket === undefined) return false;
    this.#prompt.written();
    return this.#socket.write(text);
  }

  /** The kind of server; undefined before its stream header has come. */
  get server(): KnownServer | undefined {
    return this.#peer?.server;
  }

  /** The address and port at the other end; undefined before it is connected. */
  get peer(): string | undefined {
    const { remoteAddress, remotePort } = this.#socket ?? {};
    if (remoteAddress === undefined) return undefined;
    return `${isIPv6(remoteAddress) ? `[${remoteAddress}]` : remoteAddress}:${remotePort ?? 0}`;
  }

  /** The number of characters in the socket's buffer. */
  get buffered(): number {
    return this.#socket?.writableLength ?? 0;
  }

  /** Resumes or pauses reading from the server. */
  setReading(isOn: boolean): void {
    if (isOn) this.#socket?.resume();
    else this.#socket?.pause();
  }

  /** Ends the stream properly; onClosed follows. */
  close(): void {
    if (this.#state === "open") this.#socket?.write("</stream:stream>");
    this.#end({ cause: "stopped", text: "stopped" });
  }

  /** Ends a stream on which nothing comes back any more. */
  abandon(text: string): void {
    this.#why ??= { cause: "silent", text };
    this.#socket?.destroy();
    this.#finish();
  }

  /** Unlike entity.start(), leaves no rejected promise behind if opening fails, which would end the process. */
  async #open(): Promise<void> {
    await this.#entity.connect(this.#options.service);
    await this.#entity.open({ domain: this.#options.domain, timeout: this.#options.timeout });
  }

  /** Decodes the socket's input as a whole; the package would lose characters that are cut by a chunk's end. */
  #adopt(): void {
    const socket = this.#entity.socket;
    if (socket === null) return;
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 10_000);
    socket.on("drain", () => this.#options.onDrain());
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#why ??= { cause: "closed", text: "the connection was closed" };
      this.#finish();
    });
  }

  /** XEP-0114's header has no version; jabberd2 would answer one with features, as to its own parts. */
  #omitVersion(): void {
    const headerElement = this.#entity.headerElement.bind(this.#entity);
    this.#entity.headerElement = () => {
      const header = headerElement();
      delete header.attrs.version;
      return header;
    };
  }

  /** Makes the system acknowledge what was read; data in the buffer does that anyway. */
  #acknowledge(): void {
    if (this.#state !== "open" || this.#socket?.writableLength !== 0) return;
    this.#prompt.written();
    this.#socket.write(" ");
  }

  /** Keeps a parser that throws, and input after its end, from ending the process. */
  #guardInput(): void {
    const entity = this.#entity;
    const onData = entity._onData.bind(entity);
    const tags = new TagBuffer();
    entity._onData = (data) => {
      this.#prompt.read(performance.now());
      const whole = tags.push(data.toString());
      if (entity.parser === null || whole === "") return;
      try {
        onData(whole);
      } catch (error) {
        this.#end({
          cause: "closed",
          text: `the server sent something that can't be parsed: ${String(error)}`,
        });
      }
      // White space between stanzas would pile up as children of the stream's root.
      const root = entity.parser as { root: Element | null } | null;
      if (root?.root) root.root.children.length = 0;
    };
  }

  #onError(error: Error & { condition?: string; code?: string }): void {
    if (error.name === "StreamError" && error.condition !== undefined) {
      this.#end({ cause: "stream-error", condition: error.condition, text: error.message });
    } else if (this.#state === "opening") {
      this.#end({
        cause: error.code === "ECONNREFUSED" ? "unreachable" : "network",
        text: networkFault(error),
      });
    } else {
      this.#end({ cause: "closed", text: error.message });
    }
  }

  /** Gives both sides a moment to finish, then closes the socket. */
  #end(why: StreamEnd): void {
    this.#why ??= why;
    clearTimeout(this.#handshake);
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#state = "closing";
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed || socket.connecting) {
      socket?.destroy();
      this.#finish();
      return;
    }
    socket.end();
    setTimeout(() => {
      socket.destroy();
      this.#finish();
    }, CLOSING_MS).unref();
  }

  #finish(): void {
    clearTimeout(this.#handshake);
    this.#prompt.stop();
    if (this.#state === "closed") return;
    this.#state = "closed";
    const why: StreamEnd = this.#why ?? { cause: "closed", text: "the connection was closed" };
    this.#options.onClosed(this.#peer === undefined ? why : { ...why, peer: this.#peer });
  }
}
