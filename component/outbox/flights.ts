/**
 * What was written and not yet confirmed, one flight a write, and how much of that there may be: the window opens
 * while barriers come back fast, and closes where the server is slow, so that a lost link repeats little.
 *
 * A flight goes by several lanes where a part of it is left to multicast services, each at its own pace; so it needs
 * a barrier on each of them. A barrier proves all that went by its lane before. Flights land in order, from the front,
 * as what is confirmed is always a beginning of the outbox.
 */
import type { Position } from "../../storage/outbox-store.js";
import type { BarrierStanza } from "./barrier.js";
import type { Batch, Place } from "./gather.js";
import type { Multicasted } from "./ways.js";

/** The stream itself, or the address of a multicast service. */
export type Lane = string;
export const STREAM: Lane = "";

/** One write. */
interface Flight extends Omit<Batch, "text"> {
  /** Flights are counted. */
  readonly number: number;
  /** The barriers behind it, by lane. */
  readonly barriers: ReadonlyMap<Lane, string>;
  /** Where the outbox is confirmed up to, once they are back. */
  readonly end: Position;
  /** How many characters were written. */
  readonly size: number;
  readonly at: number;
}

/** What barriers that came back have proved. */
export interface Landing extends Pick<Batch, "stanzas" | "freed"> {
  /** All before this place is routed, or too old. */
  readonly end: Position;
  readonly multicasts: readonly Multicasted[];
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
  /** What each barrier proves when it comes back. */
  readonly #barriers = new Map<string, { readonly lane: Lane; readonly number: number }>();
  /** The last flight that is proved, by lane. */
  readonly #proved = new Map<Lane, number>();
  #last = 0;
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

  /** The first unconfirmed stanza; those in quarantine are left out. */
  get first(): Place | undefined {
    return this.#list.find((flight) => flight.first !== undefined)?.first;
  }

  /** How many stanzas more may be written. */
  get room(): number {
    return this.#size < WINDOW_SIZE ? this.#window - this.stanzas : 0;
  }

  /** The lanes on which barriers are awaited. */
  get lanes(): ReadonlySet<Lane> {
    return new Set([...this.#barriers.values()].map(({ lane }) => lane));
  }

  /** Whether the oldest waits for a multicast service, and not for the stream. */
  get isServiceAwaited(): boolean {
    const [oldest] = this.#list;
    return oldest !== undefined && this.#isProved(oldest, STREAM);
  }

  /**
   * Notes a write.
   * @param barriers those behind it, by lane
   * @param now in milliseconds of performance.now(), as everywhere here
   */
  add(barriers: ReadonlyMap<Lane, BarrierStanza>, batch: Batch, end: Position, now: number): void {
    const number = ++this.#last;
    const ids = new Map<Lane, string>();
    for (const [lane, { id }] of barriers) {
      ids.set(lane, id);
      this.#barriers.set(id, { lane, number });
    }
    const { text, ...rest } = batch;
    const { stanzas } = batch;
    const size = text.length;
    this.#list.push({ ...rest, number, barriers: ids, size, end, at: now });
    this.stanzas += stanzas;
    this.#size += size;
  }

  /** Takes away all flights that are proved now that this barrier is back; undefined where there are none. */
  land(barrier: string, now: number): Landing | undefined {
    const { lane, number } = this.#barriers.get(barrier) ?? {};
    if (lane === undefined || number === undefined) return undefined;
    this.#proved.set(lane, Math.max(number, this.#proved.get(lane) ?? 0));
    const until = this.#list.findIndex((flight) => !this.#isRouted(flight));
    const landed = this.#list.splice(0, until < 0 ? Infinity : until);
    const last = landed.at(-1);
    if (last === undefined) return undefined;
    const sum = { stanzas: 0, freed: { stanzas: 0, bytes: 0 } };
    const multicasts: Multicasted[] = [];
    for (const flight of landed) {
      for (const id of flight.barriers.values()) this.#barriers.delete(id);
      this.#size -= flight.size;
      sum.stanzas += flight.stanzas;
      sum.freed.stanzas += flight.freed.stanzas;
      sum.freed.bytes += flight.freed.bytes;
      multicasts.push(...flight.multicasts);
    }
    this.stanzas -= sum.stanzas;
    this.#adapt(now - last.at);
    return { ...sum, multicasts, end: last.end, roundTrip: now - last.at };
  }

  /** All that was on its way is lost, or is to be written again. */
  clear(): void {
    this.#list = [];
    this.#barriers.clear();
    this.#proved.clear();
    this.#last = 0;
    this.stanzas = 0;
    this.#size = 0;
    this.#window = WINDOW.first;
  }

  #isRouted(flight: Flight): boolean {
    for (const lane of flight.barriers.keys()) if (!this.#isProved(flight, lane)) return false;
    return true;
  }

  #isProved({ number }: Flight, lane: Lane): boolean {
    return (this.#proved.get(lane) ?? 0) >= number;
  }

  #adapt(roundTrip: number): void {
    if (roundTrip < FAST_MS) this.#window = Math.min(WINDOW.most, this.#window * 2);
    else if (roundTrip > SLOW_MS) this.#window = Math.max(WINDOW.least, this.#window / 2);
  }
}
