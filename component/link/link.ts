/**
 * The link to the XMPP server: one XEP-0114 stream at a time, kept up for as long as the process lives. It tells a
 * server that is away (tried again as backoff.ts tells) from one that refuses us (said once, with the line to change).
 */
import { EventEmitter } from "node:events";
import type { Logger } from "winston";
import type { Metrics } from "../metrics.js";
import type { Element } from "../xml/builder.js";
import type { WireText } from "../xml/wire-text.js";
import { refusalAdvice, type StreamEnd } from "./stream-end.js";
import { SizeGuard } from "./size-guard.js";
import { BACKOFF, Backoff, type BackoffTimes } from "./backoff.js";
import { Stream } from "./stream.js";

export type { BackoffTimes };

export interface LinkOptions {
  readonly service: string;
  readonly domain: string;
  readonly password: string;
  /** The most bytes of one stanza. */
  readonly stanzaBytes: number;
  /** Milliseconds; defaults are right outside of tests. */
  readonly handshakeTimeout?: number;
  readonly backoff?: BackoffTimes;
}

export type LinkState =
  | { readonly kind: "up" }
  | { readonly kind: "connecting" }
  /** The server can't be reached, or went away. */
  | { readonly kind: "away"; readonly reason: string }
  /** The server refuses the component until its configuration or ours is changed. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "stopped" };

export interface LinkEvents {
  up: [];
  down: [StreamEnd];
  stanza: [Element];
  drain: [];
}

/** What the outbox needs of a link; a test may stand in for it. */
export interface OutboxLink extends Pick<
  Link,
  "domain" | "write" | "writes" | "resetBackoff" | "reconnectNow" | "abandon"
> {
  on(event: "up" | "drain", listener: () => void): unknown;
  on(event: "down", listener: (closed: StreamEnd) => void): unknown;
}

const HANDSHAKE_MS = 10_000;
/** A link that was up for so long is steady. */
const STEADY_MS = 10_000;

export class Link extends EventEmitter<LinkEvents> {
  readonly domain: string;
  readonly #options: LinkOptions;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #backoff: Backoff;
  readonly #guard: SizeGuard;
  #stream: Stream | undefined;
  #state: LinkState = { kind: "stopped" };
  #retry: NodeJS.Timeout | undefined;
  #writes = 0;
  /** What the log was last told of our troubles; it isn't told the same again before a link has been steady. */
  #said = "";
  /** What the operator was told to change, until a link has been steady. */
  #advice: string | undefined;
  /** Runs while the link is up and not yet known to be steady. */
  #steady: NodeJS.Timeout | undefined;
  #stopped: (() => void) | undefined;

  constructor(options: LinkOptions, log: Logger, metrics: Metrics) {
    super();
    this.domain = options.domain;
    this.#options = options;
    this.#log = log;
    this.#metrics = metrics;
    this.#guard = new SizeGuard(options.stanzaBytes, log, metrics);
    this.#backoff = new Backoff(options.backoff ?? BACKOFF);
  }

  /** How often something was written to this stream, or to the last one while there is none. */
  get writes(): number {
    return this.#writes;
  }

  get state(): LinkState {
    return this.#state;
  }

  get isUp(): boolean {
    return this.#state.kind === "up";
  }

  start(): void {
    this.#connect();
  }

  /**
   * Writes finished stanzas. False where the link is down (then nothing was written) or where its buffer is full
   * (then it was, and `drain` follows).
   */
  write(stanzas: WireText): boolean {
    if (!this.isUp || this.#stream === undefined) return false;
    this.#writes += 1;
    return this.#stream.write(this.#guard.pass(stanzas));
  }

  /** Makes the next stream at once, where one was lost: something is to be found out by it. */
  reconnectNow(): void {
    if (this.#state.kind !== "away") return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect());
  }

  /** How many characters were written that the server hasn't taken yet. */
  get buffered(): number {
    return this.#stream?.buffered ?? 0;
  }

  /** Whether more is to be read from the server. */
  setReading(isOn: boolean): void {
    this.#stream?.setReading(isOn);
  }

  /** The server was seen to route for us: the next back-off starts anew. */
  resetBackoff(): void {
    this.#backoff.reset();
  }

  /** Drops a stream on which nothing comes back; a new one is made. */
  abandon(text: string): void {
    this.#stream?.abandon(text);
  }

  /** Closes the stream properly, within a second, and stays closed. */
  async stop(): Promise<void> {
    clearTimeout(this.#retry);
    const stream = this.#stream;
    if (stream === undefined) {
      this.#state = { kind: "stopped" };
      return;
    }
    await new Promise<void>((resolve) => {
      this.#stopped = resolve;
      stream.close();
    });
  }

  #connect(): void {
    if (this.#state.kind !== "refused" && this.#state.kind !== "away") this.#state = { kind: "connecting" };
    this.#stream = new Stream({
      service: this.#options.service,
      domain: this.#options.domain,
      password: this.#options.password,
      timeout: this.#options.handshakeTimeout ?? HANDSHAKE_MS,
      onStanza: (stanza) => this.emit("stanza", stanza),
      onDrain: () => this.emit("drain"),
      onOpen: () => this.#onOpen(),
      onClosed: (closed) => this.#onClosed(closed),
    });
  }

  #onOpen(): void {
    const cameBack = this.#state.kind !== "refused" && this.#steady === undefined;
    this.#state = { kind: "up" };
    this.#writes = 0;
    this.#metrics.linkUp.set(1);
    this.#metrics.reconnects.inc();
    // One that opens and closes again and again isn't news each time.
    if (cameBack) this.#sayConnected();
    this.#steady = setTimeout(() => {
      this.#steady = undefined;
      this.#said = "";
      this.#advice = undefined;
      if (!cameBack) this.#sayConnected();
    }, STEADY_MS).unref();
    this.emit("up");
  }

  #sayConnected(): void {
    this.#log.info(`Connected to ${this.#options.service} as ${this.domain}`);
  }

  #onClosed(closed: StreamEnd): void {
    const wasUp = this.isUp;
    clearTimeout(this.#steady);
    this.#stream = undefined;
    this.#metrics.linkUp.set(0);
    // A stream may be ending for another reason at the moment we are asked to stop.
    const isStopped = this.#stopped !== undefined;
    this.#state = isStopped ? { kind: "stopped" } : this.#judge(closed);
    if (!isStopped) this.#scheduleRetry(closed);
    if (wasUp) this.emit("down", closed);
    this.#stopped?.();
  }

  #judge(closed: StreamEnd): LinkState {
    const { service } = this.#options;
    // What a server says last may be lost on its way where it closes the connection while it is being written to.
    const before = closed.cause === "closed" ? this.#advice : undefined;
    const advice = refusalAdvice(closed, this.domain) ?? before;
    this.#advice = advice;
    const sentence = advice ?? `No link to ${service}: ${closed.text}. Trying again until it comes back.`;
    if (sentence !== this.#said) this.#log.log(advice === undefined ? "warn" : "error", sentence);
    this.#said = sentence;
    return advice === undefined
      ? { kind: "away", reason: `no link to ${service}: ${closed.text}` }
      : { kind: "refused", reason: advice };
  }

  #scheduleRetry(closed: StreamEnd): void {
    const pause = this.#backoff.next(closed, this.#state.kind === "refused", performance.now());
    this.#retry = setTimeout(() => this.#connect(), pause);
  }
}
