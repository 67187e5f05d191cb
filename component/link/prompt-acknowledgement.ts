/**
 * Keeps a server from waiting for the system's acknowledgements. Prosody has Nagle's algorithm on (RFC 896): it holds a
 * small segment back until the one before it is acknowledged, and while nothing is written to it, the system puts that
 * off by 40 ms (RFC 1122 §4.2.3.2). A space between stanzas, which RFC 6120 §4.6.1 allows, carries the acknowledgement.
 *
 * Whether a server waits shows in the pauses between what it sends while nothing is written to it: where it does, they
 * are as long as the system's delay, or longer, and hardly ever shorter; where it doesn't, as ejabberd, shorter ones are
 * more frequent. Servers that don't wait get no spaces.
 */

/** What comes sooner may be the rest of what a busy server sent before. Milliseconds, as all of these. */
const TOGETHER = 10;
/** Linux' delay is 40 ms, and processes need their turn. */
const DELAYED = { least: 38, most: 50 };
/** What the pauses say. */
const WEIGHT = { delayed: 1, shorter: -2 };
const CERTAIN = 8;
/** So long something may be written of itself. */
const PATIENCE = 2;

export class PromptAcknowledgement {
  /** When something was read last; undefined once something was written since. */
  #readAt: number | undefined;
  #suspicion = 0;
  #isNeeded = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param onDue has a space written */
  constructor(private readonly onDue: () => void) {}

  /** Whether the server was seen to wait. */
  get isNeeded(): boolean {
    return this.#isNeeded;
  }

  /** Something was read. @param now milliseconds of a clock that never goes back */
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
