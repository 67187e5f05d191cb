/**
 * Looks for the stanza that makes the server close the stream among those that were in flight when it did: they are
 * written again in small parts, each once the part before it has come through, and the part that closes the stream
 * again one by one. Few closes are worth many round trips, as everybody feels a close: with parts of the square root's
 * size, one of hundreds is found at the third.
 */
import { isBefore, type Position } from "../../storage/outbox-progress.js";
import type { Blame } from "../link/stream-end.js";

/** So few are written one by one at once. */
const SINGLY = 64;
/** After so many closes with nothing routed in between, the server isn't asked again at once. */
const BARREN = 100;
/** After so many poisonous stanzas with nothing routed in between, it may be the server that is at fault. */
const CREDIBLE_FINDS = 10;

export class PoisonSearch {
  /** How many of the next stanzas are suspected; 0 while nothing is. */
  #left = 0;
  /** How many of them lay in the last part that closed the stream, and the most of these that go together. */
  #narrow = { left: 0, part: 1 };
  /** What lies before this place is known to close no stream; those that are suspected lie behind it. */
  #innocentEnd: Position | undefined;
  #barren = 0;
  #found = 0;

  get isOn(): boolean {
    return this.#left > 0;
  }

  /** How many stanzas may be written before the next barrier must have come back. */
  get budget(): number {
    if (this.#left === 0 || this.#innocentEnd !== undefined) return Infinity;
    return this.#narrow.left > 0 ? this.#narrow.part : partOf(this.#left);
  }

  /** From this place on nothing may be written before all that lies before it is confirmed; undefined: no such place. */
  get innocentEnd(): Position | undefined {
    return this.#innocentEnd;
  }

  /** Whether the server closes the stream whatever it is sent: then there is no hurry to send it more. */
  get isServerDoubtful(): boolean {
    return this.#barren >= BARREN;
  }

  /**
   * The stream was closed over a trial of something in quarantine.
   * @param isPoison whether that was found to be poison
   * @returns whether it is time to say that it may be the server that is at fault
   */
  trialClosed(blame: Blame, isPoison: boolean): boolean {
    if (blame === "blamed" || blame === "unsaid") this.#barren += 1;
    if (isPoison) this.#found += 1;
    return isPoison && this.#found === CREDIBLE_FINDS;
  }

  /** A trial of something in quarantine was routed. */
  trialRouted(): void {
    this.#barren = 0;
    this.#found = 0;
  }

  /** What the server has routed before this place is written before those that are suspected. */
  replayed(end: Position): void {
    if (this.isOn) this.#innocentEnd = end;
  }

  /** All before this place is confirmed. */
  reached(place: Position): void {
    if (this.#innocentEnd !== undefined && !isBefore(place, this.#innocentEnd)) this.#innocentEnd = undefined;
  }

  /** So many stanzas were routed, the last of all before this place: they are no poison. */
  confirmed(count: number, end: Position): void {
    const suspected = this.#innocentEnd === undefined ? count : 0;
    this.reached(end);
    if (count === 0) return;
    this.#barren = 0;
    this.#found = 0;
    this.#left = Math.max(0, this.#left - suspected);
    this.#narrow.left = Math.max(0, this.#narrow.left - suspected);
  }

  /**
   * The stream was closed with so many stanzas written and unconfirmed.
   * @returns whether the only one is suspected
   */
  closed(unconfirmed: number, blame: Blame): boolean {
    if (unconfirmed === 0 || blame === "cleared") return false;
    this.#innocentEnd = undefined;
    this.#left = Math.max(this.#left, unconfirmed);
    // A slow server isn't asked to prove anything: less at a time is all it needs.
    if (blame === "slow") {
      this.#narrow = { left: unconfirmed, part: Math.max(1, Math.floor(unconfirmed / 2)) };
      return false;
    }
    this.#barren += 1;
    this.#narrow = { left: unconfirmed, part: partOf(unconfirmed) };
    if (unconfirmed > 1) return false;
    // It goes into quarantine.
    this.#left -= 1;
    this.#narrow.left = 0;
    return true;
  }
}

function partOf(count: number): number {
  return count <= SINGLY ? 1 : Math.ceil(Math.sqrt(count));
}
