/** Proves an idle link alive, and drops one on which acks don't come back. */
import type { OutboxLink } from "../link/link.js";
import type { InFlight } from "./in-flight.js";

export interface KeepAliveTimes {
  /** An idle link is proved alive this often; milliseconds. */
  readonly keepAlive: number;
  /** If no ack comes back for this long, the link is dead. */
  readonly silence: number;
}

export interface KeepAliveParts {
  readonly link: OutboxLink;
  readonly inFlight: InFlight;
  /** When something was written last, and an ack came back last; milliseconds of performance.now(). */
  readonly last: () => { readonly write: number; readonly ack: number };
  /** Whether acks are expected to come back. */
  readonly isReady: () => boolean;
  /** Nothing was written for so long. */
  readonly onIdle: () => void;
}

export class KeepAlive {
  readonly #parts: KeepAliveParts;
  readonly #times: KeepAliveTimes;
  readonly #timer: NodeJS.Timeout;

  constructor(parts: KeepAliveParts, times: KeepAliveTimes) {
    this.#parts = parts;
    this.#times = times;
    this.#timer = setInterval(() => this.#check(), Math.min(1000, times.keepAlive / 4)).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const { link, inFlight, last, isReady, onIdle } = this.#parts;
    if (!isReady()) return;
    const now = performance.now();
    const { write, ack } = last();
    const waiting = now - Math.max(inFlight.oldestAt ?? now, ack);
    if (waiting > this.#times.silence) {
      const silent = inFlight.isServiceAwaited ? "the server's multicast service" : "the server";
      link.abandon(`${silent} was silent for ${Math.round(waiting / 1000)} s`);
    } else if (now - write >= this.#times.keepAlive) onIdle();
  }
}
