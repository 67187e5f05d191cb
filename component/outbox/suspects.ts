/**
 * Finds the stanza that makes the server close the stream, by halving: of what was unconfirmed when the stream was
 * closed, one half is written alone, then half of the rest, until a single one is left that does it by itself.
 * Suspicion costs nothing but some waiting, so any close raises it; a verdict needs the same one to do it again.
 */
import type { Blame } from "../link/closed.js";

/** How often a stanza on its way alone must have met a close before it is guilty. */
const CLOSES = 3;
/** The same, of closes for which the server blamed what it was sent. */
const BLAMES = 2;
/** After so many verdicts in a row with nothing routed in between, it may be the server that is at fault. */
const CREDIBLE_VERDICTS = 10;

export class Suspects {
  /** How many of the next stanzas are suspected; 0 while nothing is. */
  #left = 0;
  #closes = 0;
  #blames = 0;
  #verdicts = 0;

  /** How many stanzas may be written before the next barrier must have come back. */
  get budget(): number {
    return this.#left === 0 ? Infinity : Math.max(1, Math.floor(this.#left / 2));
  }

  /** Whether the server closes the stream whatever it is sent: then there is no hurry to send it more. */
  get isServerDoubtful(): boolean {
    return this.#verdicts >= CREDIBLE_VERDICTS;
  }

  /** So many of the suspects were routed: they are innocent. */
  confirmed(count: number): void {
    if (count === 0) return;
    this.#closes = 0;
    this.#blames = 0;
    this.#verdicts = 0;
    this.#left = Math.max(0, this.#left - count);
  }

  /**
   * The stream was closed with so many stanzas written and unconfirmed.
   * @returns true where the first unconfirmed stanza alone is to blame
   */
  closed(unconfirmed: number, blame: Blame): boolean {
    if (unconfirmed === 0 || blame === "cleared") return false;
    if (unconfirmed > 1) {
      this.#left = unconfirmed;
      return false;
    }
    this.#left = Math.max(1, this.#left);
    // A slow server isn't asked to prove anything: less at a time is all it needs.
    if (blame === "slow") return false;
    this.#closes += 1;
    if (blame === "blamed") this.#blames += 1;
    if (this.#closes < CLOSES && this.#blames < BLAMES) return false;
    this.#left -= 1;
    this.#closes = 0;
    this.#blames = 0;
    this.#verdicts += 1;
    return true;
  }
}
