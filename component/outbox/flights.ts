/**
 * What was written and not yet confirmed, one flight a write, and how much of that there may be: the window opens
 * while barriers come back fast, and closes where the server is slow, so that a lost link repeats little.
 */
import type { Position } from "../../storage/outbox-store.js";
import type { Batch } from "./gather.js";

/** One write. */
interface Flight extends Batch {
  /** The barrier's. */
  readonly id: string;
  /** Where the outbox is confirmed up to, once the barrier is back. */
  readonly end: Position;
  /** How many characters were written. */
  readonly size: number;
  readonly at: number;
}

/** What a barrier that came back has proved. */
export interface Landing extends Pick<Batch, "stanzas" | "freed" | "expired"> {
  /** All before this place is routed, or too old. */
  readonly end: Position;
  /** In milliseconds. */
  readonly roundTrip: number;
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

  /**
   * Notes a write.
   * @param barrier the id of the barrier behind it
   * @param now in milliseconds of performance.now(), as everywhere here
   */
  add(barrier: string, batch: Batch, end: Position, now: number): void {
    this.#list.push({ ...batch, text: "", id: barrier, size: batch.text.length, end, at: now });
    this.stanzas += batch.stanzas;
    this.#size += batch.text.length;
  }

  /** Takes away all flights up to the one with this barrier; undefined where it is unknown. */
  land(barrier: string, now: number): Landing | undefined {
    const landed = this.#list.splice(0, this.#list.findIndex((flight) => flight.id === barrier) + 1);
    const last = landed.at(-1);
    if (last === undefined) return undefined;
    const sum = { stanzas: 0, freed: { stanzas: 0, bytes: 0 } };
    let expired: Batch["expired"];
    for (const flight of landed) {
      this.#size -= flight.size;
      sum.stanzas += flight.stanzas;
      sum.freed.stanzas += flight.freed.stanzas;
      sum.freed.bytes += flight.freed.bytes;
      if (flight.expired !== undefined)
        expired = { ...flight.expired, first: (expired ?? flight.expired).first };
    }
    this.stanzas -= sum.stanzas;
    this.#adapt(now - last.at);
    return { ...sum, end: last.end, expired, roundTrip: now - last.at };
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
