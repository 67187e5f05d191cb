/**
 * The writes that are not yet acknowledged, and how much may be in flight: the window opens while barriers come back
 * fast, and closes where the server is slow, so that a lost link repeats little.
 *
 * A write takes several routes where a part of it is left to multicast services, each at its own pace; so it needs a
 * barrier on each of them. A barrier acknowledges all that took its route before. Writes are acknowledged in order,
 * from the front, as what is confirmed is always a beginning of the outbox.
 */
import { isBefore, type Position } from "../../storage/outbox-progress.js";
import type { BarrierStanza } from "./barrier.js";
import type { Batch, Place } from "./batch.js";
import { STREAM, type Multicast, type Route } from "./routes.js";

interface Write extends Omit<Batch, "text"> {
  /** Writes are counted. */
  readonly number: number;
  /** The barriers behind it, by route. */
  readonly barriers: ReadonlyMap<Route, string>;
  /** Where the outbox is confirmed up to, once they are back. */
  readonly end: Position;
  /** How many characters were written. */
  readonly size: number;
  readonly at: number;
}

/** What barriers that came back acknowledge. */
export interface Acknowledgement extends Pick<Batch, "stanzas" | "freed"> {
  /** All before this place is routed, or too old. */
  readonly end: Position;
  readonly multicasts: readonly Multicast[];
  /** In milliseconds. */
  readonly roundTrip: number;
}

const WINDOW = { least: 32, first: 512, most: 8192 };
const WINDOW_SIZE = 4 * 1024 * 1024;
/** Round trips, in milliseconds, that widen the window, and that narrow it. */
const FAST_MS = 500;
const SLOW_MS = 2_000;

export class InFlightWindow {
  #writes: Write[] = [];
  /** What each barrier acknowledges when it comes back. */
  readonly #barriers = new Map<string, { readonly route: Route; readonly number: number }>();
  /** The last write that is acknowledged, by route. */
  readonly #acknowledged = new Map<Route, number>();
  #last = 0;
  #window = WINDOW.first;
  #size = 0;
  /** From this place on nothing is acknowledged, as something there was refused. */
  #heldFrom: Position | undefined;
  /** How many stanzas are unconfirmed. */
  stanzas = 0;

  get isEmpty(): boolean {
    return this.#writes.length === 0;
  }

  /** When the oldest was written; undefined where none is. */
  get oldestAt(): number | undefined {
    return this.#writes[0]?.at;
  }

  /** The first unconfirmed stanza; those in quarantine are left out. */
  get first(): Place | undefined {
    return this.#writes.find((write) => write.first !== undefined)?.first;
  }

  /** Whether all barriers are back. */
  get isAllRouted(): boolean {
    return this.#writes.every((write) => this.#isRouted(write));
  }

  /** How many stanzas more may be written. */
  get room(): number {
    return this.#size < WINDOW_SIZE ? this.#window - this.stanzas : 0;
  }

  /** The routes on which barriers are awaited. */
  get routes(): ReadonlySet<Route> {
    return new Set([...this.#barriers.values()].map(({ route }) => route));
  }

  /** Whether the oldest waits for a multicast service, and not for the stream. */
  get isServiceAwaited(): boolean {
    const [oldest] = this.#writes;
    return oldest !== undefined && this.#isAcknowledgedBy(oldest, STREAM);
  }

  /**
   * Notes a write.
   * @param barriers those behind it, by route
   * @param now in milliseconds of performance.now(), as everywhere here
   */
  add(barriers: ReadonlyMap<Route, BarrierStanza>, batch: Batch, end: Position, now: number): void {
    const number = ++this.#last;
    const ids = new Map<Route, string>();
    for (const [route, { id }] of barriers) {
      ids.set(route, id);
      this.#barriers.set(id, { route, number });
    }
    const { first, stanzas, multicasts, freed, expired, quarantined, unwritten } = batch;
    const size = batch.text.length;
    const rest = { first, stanzas, multicasts, freed, expired, quarantined, unwritten };
    this.#writes.push(Object.assign(rest, { number, barriers: ids, size, end, at: now }));
    this.stanzas += stanzas;
    this.#size += size;
  }

  /** The server refused the stanza at this place: nothing from there on is acknowledged until all is written again. */
  hold(place: Position): void {
    if (this.#heldFrom === undefined || isBefore(place, this.#heldFrom)) this.#heldFrom = place;
  }

  /** Removes all writes that are acknowledged by this barrier coming back; undefined where there are none. */
  acknowledge(barrier: string, now: number): Acknowledgement | undefined {
    const { route, number } = this.#barriers.get(barrier) ?? {};
    if (route === undefined || number === undefined) return undefined;
    this.#acknowledged.set(route, Math.max(number, this.#acknowledged.get(route) ?? 0));
    const until = this.#writes.findIndex((write) => !this.#isRouted(write) || this.#isHeld(write));
    const acknowledged = this.#writes.splice(0, until < 0 ? Infinity : until);
    const last = acknowledged.at(-1);
    if (last === undefined) return undefined;
    const sum = { stanzas: 0, freed: { stanzas: 0, bytes: 0 } };
    const multicasts: Multicast[] = [];
    for (const write of acknowledged) {
      for (const id of write.barriers.values()) this.#barriers.delete(id);
      this.#size -= write.size;
      sum.stanzas += write.stanzas;
      sum.freed.stanzas += write.freed.stanzas;
      sum.freed.bytes += write.freed.bytes;
      multicasts.push(...write.multicasts);
    }
    this.stanzas -= sum.stanzas;
    this.#adapt(now - last.at);
    return { ...sum, multicasts, end: last.end, roundTrip: now - last.at };
  }

  /** All that was in flight is lost, or is to be written again. */
  clear(): void {
    this.#writes = [];
    this.#barriers.clear();
    this.#acknowledged.clear();
    this.#heldFrom = undefined;
    this.#last = 0;
    this.stanzas = 0;
    this.#size = 0;
    this.#window = WINDOW.first;
  }

  #isRouted(write: Write): boolean {
    for (const route of write.barriers.keys()) if (!this.#isAcknowledgedBy(write, route)) return false;
    return true;
  }

  #isHeld({ end }: Write): boolean {
    return this.#heldFrom !== undefined && isBefore(this.#heldFrom, end);
  }

  #isAcknowledgedBy({ number }: Write, route: Route): boolean {
    return (this.#acknowledged.get(route) ?? 0) >= number;
  }

  #adapt(roundTrip: number): void {
    if (roundTrip < FAST_MS) this.#window = Math.min(WINDOW.most, this.#window * 2);
    else if (roundTrip > SLOW_MS) this.#window = Math.max(WINDOW.least, this.#window / 2);
  }
}
