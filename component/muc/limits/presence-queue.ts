/**
 * Presence of those inside that comes too fast isn't refused: servers forget whom they have to tell of a session's end
 * once an error came from there. It waits until there is budget for it; only the latest of each session in a room does,
 * as presence says how things are now.
 */
import type { TokenBuckets } from "../../token-bucket.js";

interface Waiting {
  readonly account: string;
  readonly settle: (isDue: boolean) => void;
}

const LOOK_MS = 500;
/** The presence of so many sessions waits, at most. */
const MOST = 10_000;

export class PresenceQueue {
  readonly #budget: TokenBuckets;
  readonly #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;

  constructor(budget: TokenBuckets) {
    this.#budget = budget;
  }

  /**
   * Takes what a presence costs from the account's budget, now or later.
   * @param place the session and the room
   * @returns whether it is to be handled; false where a later one of the place replaced it
   */
  admit(place: string, account: string): boolean | Promise<boolean> {
    const before = this.#waiting.get(place);
    if (before === undefined && this.#budget.consume(account)) return true;
    before?.settle(false);
    if (before === undefined && this.#waiting.size >= MOST) return false;
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    return new Promise((resolve) => this.#waiting.set(place, { account, settle: resolve }));
  }

  /** What still waits there is no longer wanted. */
  forget(place: string): void {
    const waiting = this.#waiting.get(place);
    this.#waiting.delete(place);
    waiting?.settle(false);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const place of [...this.#waiting.keys()]) this.forget(place);
  }

  #look(): void {
    for (const [place, { account, settle }] of this.#waiting) {
      if (!this.#budget.consume(account)) continue;
      this.#waiting.delete(place);
      settle(true);
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
