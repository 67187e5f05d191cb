/** Proves an idle link alive, and drops one on which barriers don't come back. */
import type { OutboxLink } from "../link/link.js";
import type { BatchWriter } from "./batch-writer.js";
import type { InFlightWindow } from "./in-flight-window.js";

export interface KeepAliveOptions {
  readonly link: OutboxLink;
  readonly window: InFlightWindow;
  readonly writer: BatchWriter;
  /** In milliseconds, as in SenderTimes. */
  readonly times: { readonly keepAlive: number; readonly silence: number };
  /** Whether barriers are expected to come back. */
  readonly isReady: () => boolean;
  /** Nothing was written for so long. */
  readonly onIdle: () => void;
}

export class KeepAlive {
  readonly #options: KeepAliveOptions;
  readonly #timer: NodeJS.Timeout;
  /** Since when the server owes an answer to what is in flight, at the earliest; milliseconds of performance.now(). */
  #heardAt = 0;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#check(), Math.min(1000, options.times.keepAlive / 4));
    this.#timer.unref();
  }

  /** A barrier came back, or what was in flight is written again. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const { link, window, writer, times, isReady, onIdle } = this.#options;
    if (!isReady()) return;
    const now = performance.now();
    const waiting = now - Math.max(window.oldestAt ?? now, this.#heardAt);
    if (waiting > times.silence) {
      const who = window.isServiceAwaited ? "the server's multicast service" : "the server";
      link.abandon(`${who} was silent for ${Math.round(waiting / 1000)} s`);
    } else if (now - writer.lastWrite >= times.keepAlive) onIdle();
  }
}
