/**
 * Makes the system send TCP acknowledgements promptly. Prosody uses Nagle's algorithm (RFC 896): it holds back a small
 * segment until the one before it is acknowledged, which the system delays by 40 ms if nothing is written (RFC 1122
 * §4.2.3.2). A space between stanzas (RFC 6120 §4.6.1) carries the acknowledgement.
 *
 * Only servers that wait get spaces. A server that waits sends in intervals of the system's delay or longer while nothing
 * is written to it; a server that doesn't, such as ejabberd, mostly sends in shorter ones.
 */

/** Data that comes sooner may belong to the last. Milliseconds, as all of these. */
const TOGETHER = 10;
/** Linux delays by 40 ms; processes are scheduled a little later. */
const DELAYED = { least: 38, most: 50 };
/** By how much an interval raises the suspicion. */
const WEIGHT = { delayed: 1, shorter: -2 };
const CERTAIN = 8;
/** Something else may be written within this time. */
const PATIENCE = 2;

export class PromptAcknowledgement {
  /** When something was read last; undefined after a write. */
  #readAt: number | undefined;
  #suspicion = 0;
  #isNeeded = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param onDue writes a space */
  constructor(private readonly onDue: () => void) {}

  /** Whether the server waits for acknowledgements. */
  get isNeeded(): boolean {
    return this.#isNeeded;
  }

  /** Something was read. @param now milliseconds of a monotonic clock */
  read(now: number): void {
    if (!this.#isNeeded && this.#readAt !== undefined) this.#judge(now - this.#readAt);
    this.#readAt = now;
    if (this.#isNeeded) this.#timer ??= setTimeout(() => this.#onPatienceOver(), PATIENCE).unref();
  }

  /** Something was written. */
  written(): void {
    this.#readAt = undefined;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #judge(pause: number): void {
    if (pause < TOGETHER || pause > DELAYED.most) return;
    const weight = pause < DELAYED.least ? WEIGHT.shorter : WEIGHT.delayed;
    this.#suspicion = Math.max(0, this.#suspicion + weight);
    this.#isNeeded = this.#suspicion >= CERTAIN;
  }

  #onPatienceOver(): void {
    this.#timer = undefined;
    if (this.#readAt !== undefined) this.onDue();
  }
}
