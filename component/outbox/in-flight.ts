/**
 * What is unacknowledged: the writes, each with an ack request behind it, and how much may be in flight. The window
 * opens while acks come back fast and closes if the server is slow, so that a lost link repeats little.
 *
 * A write of which a part is left to a multicast service takes a second route, at that service's own pace: it has an ack
 * request on each. An ack speaks for all that took its route before it. Writes are acknowledged in order.
 */
import type { Metrics } from "../metrics.js";
import { quote } from "../xml/serialise.js";
import type { OutboxRow } from "./outbox-row.js";

/** The stream itself, or the address of a multicast service. */
export type Route = string;
export const STREAM: Route = "";

/** One stanza to a multicast service. */
export interface MulticastStanza {
  readonly service: Route;
  readonly room: string;
  /** Quoted. */
  readonly receivers: readonly string[];
}

/** Some stanzas of a row, in one write. */
export interface Part {
  readonly row: OutboxRow;
  readonly start: number;
  readonly end: number;
  /** Whether they were written; else why not: too old, for the other send mode alone, or to be parked. */
  readonly kind: "written" | "expired" | "omitted" | "parked";
  /** From this stanza on the server refused them (XEP-0356). */
  refusedAt?: number;
}

export interface Flight {
  readonly parts: readonly Part[];
  /** How many stanzas were written. */
  readonly stanzas: number;
  readonly multicasts: readonly MulticastStanza[];
  /** In characters. */
  readonly size: number;
  /** The stanza of the most bytes. */
  readonly largest: number;
  /** When it was written, in milliseconds of performance.now(). */
  readonly at: number;
}

/** An ack request alone. */
export const NOTHING_IN_FLIGHT: Omit<Flight, "at"> = {
  ...{ parts: [], stanzas: 0, multicasts: [], size: 0, largest: 0 },
};

interface Unacked extends Flight {
  readonly number: number;
  readonly awaited: Set<Route>;
}

const WINDOW = { least: 32, first: 512, most: 8192 };
const WINDOW_SIZE = 4 * 1024 * 1024;
/** Round trips, in milliseconds, that widen the window, and that narrow it. */
const FAST_MS = 500;
const SLOW_MS = 2_000;

export class InFlight {
  #flights: Unacked[] = [];
  /** What each ack request stands for. */
  readonly #requests = new Map<string, { readonly route: Route; readonly number: number }>();
  #count = 0;
  #window = WINDOW.first;
  #size = 0;
  /** How many stanzas are unacknowledged. */
  stanzas = 0;

  get isEmpty(): boolean {
    return this.#flights.length === 0;
  }

  /** When the oldest was written; undefined if there is none. */
  get oldestAt(): number | undefined {
    return this.#flights[0]?.at;
  }

  /** The multicast services of which acks are awaited. */
  get services(): ReadonlySet<Route> {
    const routes = new Set(this.#flights.flatMap(({ awaited }) => [...awaited]));
    routes.delete(STREAM);
    return routes;
  }

  /** What the end of the stream has to do with what went through a multicast service, if anything. */
  serviceFault(isSilent: boolean, isBlamed: boolean): "silent" | "closed" | undefined {
    if (isSilent) return this.isServiceAwaited ? "silent" : undefined;
    return isBlamed && this.services.size > 0 ? "closed" : undefined;
  }

  /** Whether the oldest waits for a multicast service, and not for the stream. */
  get isServiceAwaited(): boolean {
    const [oldest] = this.#flights;
    return oldest !== undefined && !oldest.awaited.has(STREAM);
  }

  /** Whether multicasts of this room are in flight, or in the same write. */
  hasMulticasts(room: string, also: readonly MulticastStanza[]): boolean {
    const isOfRoom = (one: MulticastStanza): boolean => one.room === room;
    return also.some(isOfRoom) || this.#flights.some(({ multicasts }) => multicasts.some(isOfRoom));
  }

  /** Whether a stanza has to wait for its room's multicasts to the same receiver: in flight, or in the same write. */
  holds({ sender, receiver }: OutboxRow, also: readonly MulticastStanza[]): boolean {
    if (receiver === undefined || !this.hasMulticasts(sender, also)) return false;
    const quoted = quote(receiver);
    return [also, ...this.#flights.map(({ multicasts }) => multicasts)].some((all) =>
      all.some(({ room, receivers }) => room === sender && receivers.includes(quoted)),
    );
  }

  /** How many stanzas more may be written. */
  get room(): number {
    return this.#size < WINDOW_SIZE ? this.#window - this.stanzas : 0;
  }

  /** What was written and is unacknowledged, in order. */
  get written(): Part[] {
    return this.#flights.flatMap(({ parts }) => parts.filter(({ kind }) => kind === "written"));
  }

  /** @param requests the ids of the ack requests behind it, by route */
  add(flight: Flight, requests: ReadonlyMap<Route, string>): void {
    const number = ++this.#count;
    for (const [route, id] of requests) this.#requests.set(id, { route, number });
    this.#flights.push({ ...flight, number, awaited: new Set(requests.keys()) });
    this.stanzas += flight.stanzas;
    this.#size += flight.size;
  }

  /** @returns the writes that are acknowledged by the ack of this request */
  ack(id: string, now: number): readonly Flight[] {
    const request = this.#requests.get(id);
    if (request === undefined) return [];
    this.#requests.delete(id);
    for (const { number, awaited } of this.#flights) {
      if (number > request.number) break;
      awaited.delete(request.route);
    }
    const first = this.#flights.findIndex(({ awaited }) => awaited.size > 0);
    const acked = this.#flights.splice(0, first < 0 ? Infinity : first);
    for (const { stanzas, size } of acked) {
      this.stanzas -= stanzas;
      this.#size -= size;
    }
    const last = acked.at(-1);
    if (last !== undefined) this.#adapt(now - last.at);
    if (this.#flights.length === 0) this.#requests.clear();
    return acked;
  }

  /**
   * The server refused a stanza. Those behind it in its row go again with it, and so do the copies of its call that were
   * left to the server.
   */
  refuse(seq: number, place: number): OutboxRow | undefined {
    const parts = this.#flights.flatMap(({ parts }) => parts);
    const row = parts.find((part) => part.row.seq === seq)?.row;
    for (const part of parts) {
      const isBehind = part.row.seq === seq && part.end > place;
      const isCopy = part.kind === "omitted" && part.row.mode !== undefined && part.row.call === row?.call;
      if (isBehind) part.refusedAt = Math.min(part.refusedAt ?? Infinity, place);
      if (isCopy) part.refusedAt = part.start;
    }
    return row;
  }

  /** All that was in flight is lost, or is written again. @param isSilent whether the server was too slow for it */
  clear(isSilent = false): void {
    this.#window = isSilent ? Math.max(WINDOW.least, Math.ceil(this.stanzas / 2)) : WINDOW.first;
    this.#flights = [];
    this.#requests.clear();
    this.stanzas = 0;
    this.#size = 0;
  }

  #adapt(roundTrip: number): void {
    if (roundTrip < FAST_MS) this.#window = Math.min(WINDOW.most, this.#window * 2);
    else if (roundTrip > SLOW_MS) this.#window = Math.max(WINDOW.least, this.#window / 2);
  }
}

/** Counts what is acknowledged. @returns how many stanzas it is */
export function countAcked(flights: readonly Flight[], now: number, metrics: Metrics): number {
  let [stanzas, multicasts] = [0, 0];
  for (const flight of flights) {
    stanzas += flight.stanzas;
    for (const { receivers } of flight.multicasts) multicasts += receivers.length;
  }
  metrics.ack.observe((now - (flights.at(-1)?.at ?? now)) / 1000);
  metrics.stanzasOut.inc(stanzas);
  metrics.multicast.inc(multicasts);
  return stanzas;
}
