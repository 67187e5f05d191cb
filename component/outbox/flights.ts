/**
 * What was written and not yet confirmed, one flight a write, and how much of that there may be: the window opens
 * while barriers come back fast, and closes where the server is slow, so that a lost link repeats little.
 */
import type { Position, Weight } from "../../storage/outbox-store.js";

/** One write: some stanzas, the rows too old to be written that lay between them, and the barrier behind. */
export interface Flight {
  /** The barrier's. */
  readonly id: string;
  /** The first stanza's place; undefined where there is none. */
  readonly first: Position | undefined;
  /** Where the outbox is confirmed up to, once the barrier is back. */
  readonly end: Position;
  /** How many stanzas were written. */
  readonly stanzas: number;
  /** How many characters were. */
  readonly size: number;
  /** What the outbox gets rid of, the rows too old included. */
  readonly freed: Weight;
  /** The rows too old to be written, where there are any. */
  readonly expired: Expired | undefined;
  /** When it was written, in milliseconds of performance.now(). */
  readonly at: number;
}

/** The first and the last seq of rows that were dropped, and how many stanzas that were. */
export interface Expired {
  readonly first: number;
  readonly last: number;
  readonly stanzas: number;
}

const WINDOW = { least: 32, first: 512, most: 8192 };
const WINDOW_SIZE = 4 * 1024 * 1024;
/** Round trips, in milliseconds, that widen the window, and that narrow it. */
const FAST_MS = 500;
const SLOW_MS = 2_000;

export class Flights {
  #list: Flight[] = [];
  #window = WINDOW.first;
  #size = 0;
  /** How many stanzas are unconfirmed. */
  stanzas = 0;

  get isEmpty(): boolean {
    return this.#list.length === 0;
  }

  /** When the oldest was written; undefined where none is. */
  get oldestAt(): number | undefined {
    return this.#list[0]?.at;
  }

  /** The first unconfirmed stanza's place. */
  get first(): Position | undefined {
    return this.#list.find((flight) => flight.first !== undefined)?.first;
  }

  /** How many stanzas more may be written. */
  get room(): number {
    return this.#size < WINDOW_SIZE ? this.#window - this.stanzas : 0;
  }

  add(flight: Flight): void {
    this.#list.push(flight);
    this.stanzas += flight.stanzas;
    this.#size += flight.size;
  }

  /** Takes away all flights up to the one with this barrier; none where it is unknown. */
  land(id: string, now: number): Flight[] {
    const landed = this.#list.splice(0, this.#list.findIndex((flight) => flight.id === id) + 1);
    for (const flight of landed) {
      this.stanzas -= flight.stanzas;
      this.#size -= flight.size;
    }
    const last = landed.at(-1);
    if (last !== undefined) this.#adapt(now - last.at);
    return landed;
  }

  /** The link is lost, and with it all that was on its way. */
  clear(): void {
    this.#list = [];
    this.stanzas = 0;
    this.#size = 0;
    this.#window = WINDOW.first;
  }

  #adapt(roundTrip: number): void {
    if (roundTrip < FAST_MS) this.#window = Math.min(WINDOW.most, this.#window * 2);
    else if (roundTrip > SLOW_MS) this.#window = Math.max(WINDOW.least, this.#window / 2);
  }
}
