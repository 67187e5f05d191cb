/**
 * Keeps the link to the XMPP server: one XEP-0114 stream at a time, reconnected as long as the process runs. Several
 * addresses of the server are tried in turn; a pause follows only when all have failed.
 */
import { EventEmitter } from "node:events";
import type { Logger } from "winston";
import type { Metrics } from "../metrics.js";
import type { Element } from "../xml/builder.js";
import type { WireText } from "../xml/wire-text.js";
import type { StreamEnd } from "./stream-end.js";
import type { KnownServer } from "./server-lines.js";
import { SizeGuard } from "./size-guard.js";
import { BACKOFF, Backoff, type BackoffTimes } from "./backoff.js";
import { Services, type SrvLookup } from "./services.js";
import { Stream } from "./stream.js";
import { Troubles } from "./troubles.js";
import { inBackground } from "../background.js";

export type { BackoffTimes };

export interface LinkOptions {
  /** One or several addresses of the server, in the forms that services.ts accepts. */
  readonly services: readonly string[];
  readonly domain: string;
  readonly password: string;
  /** The maximum size of a stanza, in bytes. */
  readonly stanzaBytes: number;
  /** The timeout of the handshake, in milliseconds. Only tests set this and the following options. */
  readonly handshakeTimeout?: number;
  readonly backoff?: BackoffTimes;
  readonly lookup?: SrvLookup;
}

/** The server at the other end of the current or the last link. */
export interface Reached {
  /** The configured or looked-up address, such as "xmpp://127.0.0.1:5347". */
  readonly service: string;
  /** The remote address and port of the socket. */
  readonly peer: string;
  /** Whether `peer` differs from that of the previous link of this process; false for the first link. */
  readonly isAnother: boolean;
  /** How many attempts failed between the previous link and this one. */
  readonly failures: number;
}

export type LinkState =
  | { readonly kind: "up" }
  | { readonly kind: "connecting" }
  /** The server can't be reached, or has closed the stream. */
  | { readonly kind: "away"; readonly reason: string }
  /** The server refuses the component until a configuration file is changed. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "stopped" };

export interface LinkEvents {
  /** Emitted when the stream is open; `reached` is set before. */
  up: [];
  down: [StreamEnd];
  stanza: [Element];
  drain: [];
}

/** The part of a link that the outbox uses. */
export interface OutboxLink extends Pick<
  Link,
  "domain" | "write" | "resetBackoff" | "reconnectNow" | "abandon"
> {
  readonly reached?: Pick<Reached, "peer" | "failures"> | undefined;
  on(event: "up" | "drain", listener: () => void): unknown;
  on(event: "down", listener: (closed: StreamEnd) => void): unknown;
}

/** How long a server may take to accept the component, in milliseconds. */
const HANDSHAKE_MS = 10_000;
/** The timeout of each of several addresses, in milliseconds. It doubles whenever all addresses have failed. */
const HURRY_MS = 1_000;
/** A link that has been up for this many milliseconds is steady. */
const STEADY_MS = 10_000;

export class Link extends EventEmitter<LinkEvents> {
  readonly domain: string;
  state: LinkState = { kind: "stopped" };
  /** Undefined before the first link. */
  reached: Reached | undefined;
  readonly #backoff: Backoff;
  readonly #guard: SizeGuard;
  readonly #services: Services;
  readonly #troubles: Troubles;
  #stream: Stream | undefined;
  #retry: NodeJS.Timeout | undefined;
  /** The addresses to try before the next pause. */
  #untried: readonly string[] = [];
  /** How many times in a row all addresses have failed. */
  #rounds = 0;
  #failures = 0;
  /** The timer until the link counts as steady. */
  #steady: NodeJS.Timeout | undefined;
  #isStopped = true;
  #stopped: (() => void) | undefined;

  constructor(
    private readonly options: LinkOptions,
    private readonly log: Logger,
    private readonly metrics: Metrics,
  ) {
    super();
    this.domain = options.domain;
    this.#guard = new SizeGuard(options.stanzaBytes, log, metrics);
    this.#backoff = new Backoff(options.backoff ?? BACKOFF);
    this.#services = new Services(options.services, options.lookup);
    this.#troubles = new Troubles(options.domain, log);
  }

  get isUp(): boolean {
    return this.state.kind === "up";
  }

  start(): void {
    this.#isStopped = false;
    this.state = { kind: "connecting" };
    this.#tryNow();
  }

  /** Writes stanzas. Returns false if the link is down (nothing is written) or the buffer is full (`drain` follows). */
  write(stanzas: WireText): boolean {
    if (!this.isUp || this.#stream === undefined) return false;
    return this.#stream.write(this.#guard.pass(stanzas));
  }

  reconnectNow(): void {
    if (this.state.kind !== "away") return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#tryNow());
  }

  /** The kind of server; undefined before its stream header was received. */
  get server(): KnownServer | undefined {
    return this.#stream?.server;
  }

  get buffered(): number {
    return this.#stream?.buffered ?? 0;
  }

  /** Resumes or pauses reading from the server. */
  setReading(isOn: boolean): void {
    this.#stream?.setReading(isOn);
  }

  resetBackoff(): void {
    this.#backoff.reset();
  }

  /** Drops a silent stream and reconnects. @param text the reason, for the log */
  abandon(text: string): void {
    this.#stream?.abandon(text);
  }

  /** Closes the stream properly, within a second, and doesn't reconnect. */
  async stop(): Promise<void> {
    clearTimeout(this.#retry);
    this.#isStopped = true;
    const stream = this.#stream;
    if (stream === undefined) {
      this.state = { kind: "stopped" };
      return;
    }
    await new Promise<void>((resolve) => {
      this.#stopped = resolve;
      stream.close();
    });
  }

  #tryNow(): void {
    const tried = this.#tryAll().catch((error: unknown) => {
      this.#pause();
      throw error;
    });
    inBackground(tried, "connecting to the XMPP server", this.log);
  }

  /** Tries one address after another until one accepts the component. */
  async #tryAll(): Promise<void> {
    const { addresses, fault } = await this.#services.inOrder();
    if (this.#isStopped) return;
    this.#troubles.begin();
    this.#untried = addresses;
    if (fault !== undefined) this.#note(this.#services.names, { cause: "unreachable", text: fault });
    this.#tryNext();
  }

  #tryNext(): void {
    const [service, ...others] = this.#untried;
    if (service === undefined) {
      this.#rounds += 1;
      this.#pause();
      return;
    }
    this.#untried = others;
    const { domain, password, handshakeTimeout = HANDSHAKE_MS } = this.options;
    const isAlone = others.length === 0 && this.#troubles.isNone;
    const timeout = isAlone ? handshakeTimeout : Math.min(handshakeTimeout, HURRY_MS * 2 ** this.#rounds);
    const stream = new Stream({
      service,
      domain,
      password,
      timeout,
      onStanza: (stanza) => this.emit("stanza", stanza),
      onDrain: () => this.emit("drain"),
      onOpen: () => this.#onOpen(service, stream.peer ?? service),
      onClosed: (closed) => this.#onClosed(service, closed),
    });
    this.#stream = stream;
  }

  #onOpen(service: string, peer: string): void {
    const cameBack = this.state.kind !== "refused" && this.#steady === undefined;
    const isAnother = this.reached !== undefined && this.reached.peer !== peer;
    this.reached = { service, peer, isAnother, failures: this.#failures };
    this.#failures = 0;
    this.#services.worked(service);
    this.#untried = [];
    this.#rounds = 0;
    this.state = { kind: "up" };
    this.metrics.linkUp.set(1);
    this.metrics.linkService.reset();
    this.metrics.linkService.set({ service }, 1);
    this.metrics.reconnects.inc();
    if (isAnother) this.metrics.failovers.inc();
    // A stream that opens and closes again and again isn't logged each time.
    if (cameBack) this.#logConnected(service);
    this.#steady = setTimeout(() => {
      this.#steady = undefined;
      this.#troubles.forget();
      if (!cameBack) this.#logConnected(service);
    }, STEADY_MS).unref();
    this.emit("up");
  }

  #logConnected(service: string): void {
    this.log.info(`Connected to ${service} as ${this.domain}`);
  }

  #onClosed(service: string, closed: StreamEnd): void {
    const wasUp = this.isUp;
    clearTimeout(this.#steady);
    this.#stream = undefined;
    this.metrics.linkUp.set(0);
    this.metrics.linkService.reset();
    // The stream may end for another reason while it is being stopped.
    if (this.#isStopped) this.state = { kind: "stopped" };
    else {
      if (wasUp) this.#troubles.begin();
      this.#note(service, closed);
      if (!wasUp) this.#failures += 1;
      if (wasUp) this.#pause();
      else this.#retry = setTimeout(() => this.#tryNext());
    }
    if (wasUp) this.emit("down", closed);
    this.#stopped?.();
  }

  #note(service: string, closed: StreamEnd): void {
    this.#troubles.note(service, closed);
    this.state = this.#troubles.state;
  }

  #pause(): void {
    const isRefused = this.state.kind === "refused";
    const pause = this.#backoff.next(this.#troubles.end, isRefused, performance.now());
    this.#retry = setTimeout(() => this.#tryNow(), pause);
  }
}
