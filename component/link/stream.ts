/** One XEP-0114 stream by the package @xmpp/component, from connecting to its end, with workarounds for its bugs. */
import { isIPv6, type Socket } from "node:net";
import { component } from "@xmpp/component";
import type { Element } from "../xml/builder.js";
import { ownText, withOwnTexts } from "../xml/own-texts.js";
import type { WireText } from "../xml/wire-text.js";
import { padded } from "./padding.js";
import { networkFault, peerOf, type Peer, type StreamEnd } from "./stream-end.js";
import type { KnownServer } from "./server-lines.js";

export interface StreamOptions {
  /** The server's address for components, such as "xmpp://127.0.0.1:5347". */
  readonly service: string;
  readonly domain: string;
  readonly password: string;
  /** The timeout of the handshake, in milliseconds. */
  readonly timeout: number;
  onStanza(stanza: Element): void;
  onDrain(): void;
  /** Called once, after the handshake was accepted. */
  onOpen(): void;
  /** Called once, even if the stream never opened. */
  onClosed(closed: StreamEnd): void;
}

/** How long another write may take until a space is written, in milliseconds. */
const SPACE_MS = 2;
/** How long the server may take to close its side of an ended stream, in milliseconds. */
const CLOSING_MS = 1000;

/**
 * A stream is opening, then open, then closing, then closed; it may skip states, and never goes back, so a new connection
 * is a new object. Only the handshake's acceptance makes it open, only #end() makes it closing, and only #finish() closed.
 * Whatever fails comes to one of these two, in any order and more than once: the first reason (#why) is the one that counts,
 * and onClosed is called once, as #finish() alone calls it. Stanzas may still arrive while it is closing; nothing is written
 * by then.
 */
export class Stream {
  readonly #options: StreamOptions;
  readonly #entity;
  readonly #handshake: NodeJS.Timeout;
  #socket: Socket | undefined;
  /** Whether nothing was written since data was last read. */
  #isSilent = false;
  #space: NodeJS.Timeout | undefined;
  #state: "opening" | "open" | "closing" | "closed" = "opening";
  #why: StreamEnd | undefined;
  #wasOpen = false;
  #peer: Peer | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    const { service, domain, password } = options;
    // XEP-0114 hashes the secret's UTF-8 bytes, but the package hashes the Latin-1 encoding of its string. So the
    // package gets a string whose Latin-1 encoding is the UTF-8 bytes.
    const secret = Buffer.from(password, "utf8").toString("latin1");
    const entity = component({ service, domain, password: secret });
    this.#entity = entity;
    entity.timeout = options.timeout;
    // This program itself reconnects and handles stanzas; the package's middleware throws on unusual addresses.
    entity.reconnect.stop();
    entity.removeAllListeners("element");
    entity.removeAllListeners("send");
    // By default, the package connects to any host that the server names in see-other-host.
    entity._onSeeOtherHost = (error) => void entity.emit("error", error);
    this.#omitVersion();
    this.#guardInput();
    entity.on("connecting", () => {
      queueMicrotask(() => this.#adopt());
    });
    entity.on("open", (header: Element) => (this.#peer = peerOf(header)));
    entity.on("stanza", (stanza: Element) => options.onStanza(withOwnTexts(stanza)));
    entity.on("online", () => {
      if (this.#state !== "opening") return;
      clearTimeout(this.#handshake);
      this.#state = "open";
      this.#wasOpen = true;
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

  /** Writes stanzas. Returns false if the buffer is full; the stanzas are written nevertheless, and onDrain follows. */
  write(text: WireText): boolean {
    if (this.#state !== "open" || this.#socket === undefined) return false;
    this.#isSilent = false;
    return this.#socket.write(this.server === "ejabberd" ? text : padded(text));
  }

  get server(): KnownServer | undefined {
    return this.#peer?.server;
  }

  /** The remote address and port; undefined before the stream is connected. */
  get peer(): string | undefined {
    const { remoteAddress, remotePort } = this.#socket ?? {};
    if (remoteAddress === undefined) return undefined;
    return `${isIPv6(remoteAddress) ? `[${remoteAddress}]` : remoteAddress}:${remotePort ?? 0}`;
  }

  /** How many characters the socket's buffer holds. */
  get buffered(): number {
    return this.#socket?.writableLength ?? 0;
  }

  setReading(isOn: boolean): void {
    if (isOn) this.#socket?.resume();
    else this.#socket?.pause();
  }

  /** Ends the stream properly; onClosed is called afterwards. */
  close(): void {
    if (this.#state === "open") this.#socket?.write("</stream:stream>");
    this.#end({ cause: "stopped", text: "stopped" });
  }

  /** Ends a stream on which nothing is received any more. @param text the reason, for the log */
  abandon(text: string): void {
    this.#why ??= { cause: "silent", text };
    this.#socket?.destroy();
    this.#finish();
  }

  /** Opens the stream without entity.start(): its failure would leave a rejected promise, which ends the process. */
  async #open(): Promise<void> {
    await this.#entity.connect(this.#options.service);
    await this.#entity.open({ domain: this.#options.domain, timeout: this.#options.timeout });
  }

  /** Sets up the new socket. It decodes its input, because the package breaks characters at the ends of chunks. */
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

  /** Removes the version from the stream header: XEP-0114 has none, and jabberd2 would send stream features. */
  #omitVersion(): void {
    const headerElement = this.#entity.headerElement.bind(this.#entity);
    this.#entity.headerElement = () => {
      const header = headerElement();
      delete header.attrs.version;
      return header;
    };
  }

  /**
   * Makes TCP acknowledge what was read, by a space between stanzas (RFC 6120 §4.6.1) if nothing else is written soon.
   * Prosody uses Nagle's algorithm (RFC 896): it holds back a small segment until the previous one is acknowledged, and
   * the operating system delays the acknowledgement by 40 ms (RFC 1122 §4.2.3.2). ejabberd doesn't.
   */
  #acknowledge(): void {
    if (this.server === "ejabberd") return;
    this.#isSilent = true;
    this.#space ??= setTimeout(() => {
      this.#space = undefined;
      if (this.#isSilent && this.#state === "open" && this.#socket?.writableLength === 0)
        this.#socket.write(" ");
      this.#isSilent = false;
    }, SPACE_MS).unref();
  }

  /** Prevents exceptions of the parser, and input after its end, from ending the process. */
  #guardInput(): void {
    const entity = this.#entity;
    const onData = entity._onData.bind(entity);
    const tags = new TagBuffer();
    entity._onData = (data) => {
      this.#acknowledge();
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
      // White space between stanzas would accumulate as children of the stream's root element.
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

  /** Ends the stream, and closes the socket when both sides have finished or after CLOSING_MS. */
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
    clearTimeout(this.#space);
    if (this.#state === "closed") return;
    this.#state = "closed";
    const why: StreamEnd = this.#why ?? { cause: "closed", text: "the connection was closed" };
    this.#options.onClosed({
      ...why,
      ...(this.#wasOpen && { wasOpen: true }),
      ...(this.#peer !== undefined && { peer: this.#peer }),
    });
  }
}

/**
 * Passes the stream's text on in pieces that end with ">". The parser (ltx) takes quadratic time for a text node that
 * arrives in pieces: 70 ms for 200 KiB, against 1 ms in one piece. Servers escape ">" in text, so each ">" ends a tag.
 */
class TagBuffer {
  #rest = "";

  /** Adds text. Returns the text that can be parsed now; "" if there is none. */
  push(text: string): string {
    const end = text.lastIndexOf(">") + 1;
    if (end === 0) {
      this.#rest += text;
      return "";
    }
    const whole = this.#rest + text.slice(0, end);
    this.#rest = ownText(text.slice(end));
    return whole;
  }
}
