/**
 * The link to the XMPP server: one XEP-0114 stream at a time, kept up for as long as the process lives. It tells a
 * server that is away (tried again as backoff.ts tells) from one that refuses us (said once, with the line to change).
 * Where the server has several addresses, one that fails is followed by the next at once; the pause is for when all did.
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

export type { BackoffTimes };

export interface LinkOptions {
  /** One or several, as services.ts wants them. */
  readonly services: readonly string[];
  readonly domain: string;
  readonly password: string;
  /** The most bytes of one stanza. */
  readonly stanzaBytes: number;
  /** Milliseconds; defaults are right outside of tests. */
  readonly handshakeTimeout?: number;
  readonly backoff?: BackoffTimes;
  readonly lookup?: SrvLookup;
}

/** Whom the link reached. */
export interface Reached {
  /** The address that was tried, such as "xmpp://127.0.0.1:5347". */
  readonly service: string;
  /** The address and port at its other end, as the system tells. */
  readonly peer: string;
  /** Whether that is another than the last link's in this process was; false for the first. */
  readonly isAnother: boolean;
  /** How many tries have failed since the last link. */
  readonly failures: number;
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
  /** `reached` tells whom. */
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
  /** Whom it reached last, where that is known. */
  readonly reached?: Pick<Reached, "peer" | "failures"> | undefined;
  on(event: "up" | "drain", listener: () => void): unknown;
  on(event: "down", listener: (closed: StreamEnd) => void): unknown;
}

const HANDSHAKE_MS = 10_000;
/** Where another address can be tried instead, one gets so long; twice as long each time when all have failed. */
const HURRY_MS = 1_000;
/** A link that was up for so long is steady. */
const STEADY_MS = 10_000;

export class Link extends EventEmitter<LinkEvents> {
  readonly domain: string;
  readonly #backoff: Backoff;
  readonly #guard: SizeGuard;
  readonly #services: Services;
  readonly #troubles: Troubles;
  #stream: Stream | undefined;
  #state: LinkState = { kind: "stopped" };
  #retry: NodeJS.Timeout | undefined;
  #writes = 0;
  /** To be tried next, before the pause. */
  #untried: readonly string[] = [];
  /** How often all were tried in vain. */
  #rounds = 0;
  #reached: Reached | undefined;
  #failures = 0;
  /** Runs while the link is up and not yet known to be steady. */
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

  /** Whom it reached last; undefined before it was up. */
  get reached(): Reached | undefined {
    return this.#reached;
  }

  start(): void {
    this.#isStopped = false;
    this.#state = { kind: "connecting" };
    void this.#tryAll();
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
    this.#retry = setTimeout(() => void this.#tryAll());
  }

  /** What the server is; undefined while there is no stream on which it said something. */
  get server(): KnownServer | undefined {
    return this.#stream?.server;
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
    this.#isStopped = true;
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

  /** Tries one address after the other until one takes the component. */
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
      ...{ service, domain, password, timeout },
      onStanza: (stanza) => this.emit("stanza", stanza),
      onDrain: () => this.emit("drain"),
      onOpen: () => this.#onOpen(service, stream.peer ?? service),
      onClosed: (closed) => this.#onClosed(service, closed),
    });
    this.#stream = stream;
  }

  #onOpen(service: string, peer: string): void {
    const cameBack = this.#state.kind !== "refused" && this.#steady === undefined;
    const isAnother = this.#reached !== undefined && this.#reached.peer !== peer;
    this.#reached = { service, peer, isAnother, failures: this.#failures };
    this.#failures = 0;
    this.#services.worked(service);
    this.#untried = [];
    this.#rounds = 0;
    this.#state = { kind: "up" };
    this.#writes = 0;
    this.metrics.linkUp.set(1);
    this.metrics.linkService.reset();
    this.metrics.linkService.set({ service }, 1);
    this.metrics.reconnects.inc();
    if (isAnother) this.metrics.failovers.inc();
    // One that opens and closes again and again isn't news each time.
    if (cameBack) this.#sayConnected(service);
    this.#steady = setTimeout(() => {
      this.#steady = undefined;
      this.#troubles.forget();
      if (!cameBack) this.#sayConnected(service);
    }, STEADY_MS).unref();
    this.emit("up");
  }

  #sayConnected(service: string): void {
    this.log.info(`Connected to ${service} as ${this.domain}`);
  }

  #onClosed(service: string, closed: StreamEnd): void {
    const wasUp = this.isUp;
    clearTimeout(this.#steady);
    this.#stream = undefined;
    this.metrics.linkUp.set(0);
    this.metrics.linkService.reset();
    // A stream may be ending for another reason at the moment we are asked to stop.
    if (this.#isStopped) this.#state = { kind: "stopped" };
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
    this.#state = this.#troubles.state;
  }

  /** Waits, as long as what came of all addresses allows, and tries them again. */
  #pause(): void {
    const isRefused = this.#state.kind === "refused";
    const pause = this.#backoff.next(this.#troubles.end, isRefused, performance.now());
    this.#retry = setTimeout(() => void this.#tryAll(), pause);
  }
}
