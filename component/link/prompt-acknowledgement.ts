/**
 * Makes TCP acknowledge data immediately: writes a space between stanzas (RFC 6120 §4.6.1). Prosody uses Nagle's
 * algorithm (RFC 896): it holds back a small segment until the previous one is acknowledged, and the operating system
 * delays the acknowledgement by 40 ms if the component writes nothing (RFC 1122 §4.2.3.2).
 *
 * Spaces are written only if the server seems to wait: while the component is silent, the server sends at intervals of
 * 40 ms or longer. Other servers, such as ejabberd, mostly send at shorter intervals.
 */

/** Data that is read less than this many milliseconds after earlier data may belong to it. */
const SAME_DATA_MS = 10;
/** The interval that a delayed acknowledgement causes, in milliseconds: 40 on Linux, plus some for scheduling. */
const DELAYED = { least: 38, most: 50 };
/** By how much an interval changes the suspicion that the server waits. */
const WEIGHT = { delayed: 1, shorter: -2 };
/** The lowest suspicion at which spaces are written. */
const CERTAIN = 8;
/** How many milliseconds to wait for another write before a space is written. */
const PATIENCE = 2;

export class PromptAcknowledgement {
  /** When data was last read, in milliseconds of the clock of read(); undefined after a write. */
  #readAt: number | undefined;
  #suspicion = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param onDue called when a space should be written */
  constructor(private readonly onDue: () => void) {}

  /** Whether the server waits for acknowledgements. */
  get isNeeded(): boolean {
    return this.#suspicion >= CERTAIN;
  }

  /** Notes that data was read. @param now the time in milliseconds of a monotonic clock */
  read(now: number): void {
    if (!this.isNeeded && this.#readAt !== undefined) this.#judge(now - this.#readAt);
    this.#readAt = now;
    if (this.isNeeded) this.#timer ??= setTimeout(() => this.#onPatienceOver(), PATIENCE).unref();
  }

  written(): void {
    this.#readAt = undefined;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #judge(pause: number): void {
    if (pause < SAME_DATA_MS || pause > DELAYED.most) return;
    const weight = pause < DELAYED.least ? WEIGHT.shorter : WEIGHT.delayed;
    this.#suspicion = Math.max(0, this.#suspicion + weight);
  }

  #onPatienceOver(): void {
    this.#timer = undefined;
    if (this.#readAt !== undefined) this.onDue();
  }
}
