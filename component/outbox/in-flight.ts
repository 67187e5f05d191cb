/**
 * What is unacknowledged: the writes, each with an ack request behind it, and how much may be in flight. The window
 * closes if the server falls silent, and opens again with each ack: so a slow server is sent little at a time.
 *
 * A write of which a part is left to a multicast service takes a second route, at that service's own pace: it has an ack
 * request on each. An ack speaks for all that took its route before it. Writes are acknowledged in order.
 */
import type { OutboxLink } from "../link/link.js";
import type { Metrics } from "../metrics.js";
import { inOneWrite, NO_TEXT, type WireText } from "../xml/wire-text.js";
import type { AckRequests } from "./ack-requests.js";
import type { MulticastStanza, OutboxRow } from "./row-stanzas.js";

/** The stream itself, or the address of a multicast service. */
type Route = string;
const STREAM: Route = "";

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
  /** The characters of the longest stanza. */
  readonly largest: number;
}

/** A write, and when it was written, in milliseconds of performance.now(). */
interface Unacked extends Flight {
  readonly at: number;
  readonly number: number;
  readonly awaited: Set<Route>;
}

/** An ack request alone. */
const NOTHING_IN_FLIGHT: Flight = { parts: [], stanzas: 0, multicasts: [], size: 0, largest: 0 };

/** In stanzas, and in characters. */
const WINDOW = { least: 32, most: 8192, size: 4 * 1024 * 1024 };

export class InFlight {
  #flights: Unacked[] = [];
  /** What each ack request stands for. */
  readonly #requests = new Map<string, { readonly route: Route; readonly number: number }>();
  #count = 0;
  #window = WINDOW.most;
  #size = 0;
  /** When something was written last, and an ack came back last; milliseconds of performance.now(). */
  #last = { write: 0, ack: 0 };
  /** How many stanzas are unacknowledged. */
  stanzas = 0;

  constructor(
    private readonly link: OutboxLink,
    private readonly acks: AckRequests,
    private readonly metrics: Metrics,
  ) {}

  get isEmpty(): boolean {
    return this.#flights.length === 0;
  }

  /** How long nothing was written. */
  get quiet(): number {
    return performance.now() - this.#last.write;
  }

  /** The multicast services of which acks are awaited. */
  get services(): ReadonlySet<string> {
    const routes = new Set(this.#flights.flatMap(({ awaited }) => [...awaited]));
    routes.delete(STREAM);
    return routes;
  }

  /** Whether the oldest waits for a multicast service, and not for the stream. */
  get isServiceAwaited(): boolean {
    const [oldest] = this.#flights;
    return oldest !== undefined && !oldest.awaited.has(STREAM);
  }

  /** How many stanzas more may be written. */
  get room(): number {
    return this.#size < WINDOW.size ? this.#window - this.stanzas : 0;
  }

  /** What was written and is unacknowledged, in order. */
  get written(): Part[] {
    // Of a row whose last stanza became a dead letter nothing may be left to write.
    const isWritten = ({ kind, start, end }: Part): boolean => kind === "written" && end > start;
    return this.#flights.flatMap(({ parts }) => parts.filter(isWritten));
  }

  /**
   * Whether multicasts of this room are in flight, or in the same write.
   * @param receiver quoted; only those to this one count; undefined: all
   */
  hasMulticasts(room: string, receiver: string | undefined, also: readonly MulticastStanza[]): boolean {
    const isSuch = (one: MulticastStanza): boolean =>
      one.room === room && (receiver === undefined || one.receivers.includes(receiver));
    return also.some(isSuch) || this.#flights.some(({ multicasts }) => multicasts.some(isSuch));
  }

  /** Writes stanzas, with an ack request behind them on each route. @returns false if the link has to drain first */
  write(text: WireText, flight: Flight): boolean {
    return this.#send(text, flight, new Set(flight.multicasts.map(({ service }) => service)));
  }

  /** Proves an idle link alive, and drops one on which acks don't come back. Times in milliseconds. */
  check({ silence, keepAlive }: { readonly silence: number; readonly keepAlive: number }): void {
    const now = performance.now();
    const waited = now - Math.max(this.#flights[0]?.at ?? now, this.#last.ack);
    if (waited > silence) {
      const silent = this.isServiceAwaited ? "the server's multicast service" : "the server";
      this.link.abandon(`${silent} was silent for ${Math.round(waited / 1000)} s`);
    } else if (this.quiet >= keepAlive) this.#send(NO_TEXT, NOTHING_IN_FLIGHT, this.services);
  }

  #send(text: WireText, flight: Flight, services: ReadonlySet<Route>): boolean {
    const number = ++this.#count;
    const texts = [text];
    for (const route of [...services, STREAM]) {
      const request = route === STREAM ? this.acks.make() : this.acks.through(route);
      this.#requests.set(request.id, { route, number });
      texts.push(request.text);
    }
    const at = (this.#last.write = performance.now());
    const { parts, stanzas, multicasts, size, largest } = flight;
    const awaited = new Set(services).add(STREAM);
    this.#flights.push({ parts, stanzas, multicasts, size, largest, at, number, awaited });
    this.stanzas += stanzas;
    this.#size += size;
    return this.link.write(inOneWrite(texts));
  }

  /** @returns the writes that are acknowledged by the ack of this request */
  ack(id: string): readonly Flight[] {
    const request = this.#requests.get(id);
    if (request === undefined) return [];
    this.#requests.delete(id);
    for (const { number, awaited } of this.#flights) {
      if (number > request.number) break;
      awaited.delete(request.route);
    }
    const first = this.#flights.findIndex(({ awaited }) => awaited.size > 0);
    const acked = this.#flights.splice(0, first < 0 ? Infinity : first);
    if (acked.length > 0) this.#noteAcked(acked);
    if (this.#flights.length === 0) this.#requests.clear();
    return acked;
  }

  /**
   * The server refused a stanza. Those behind it in its row go again with it, and so do the copies of its call that were
   * left to the server.
   */
  refuse(rowId: number, offset: number): OutboxRow | undefined {
    const parts = this.#flights.flatMap(({ parts }) => parts);
    const row = parts.find((part) => part.row.rowId === rowId)?.row;
    for (const part of parts) {
      const isBehind = part.row.rowId === rowId && part.end > offset;
      const isCopy = part.kind === "omitted" && part.row.mode !== undefined && part.row.call === row?.call;
      if (isBehind) part.refusedAt = Math.min(part.refusedAt ?? Infinity, offset);
      if (isCopy) part.refusedAt = part.start;
    }
    return row;
  }

  /** All that was in flight is lost, or is written again. @param isSilent whether the server was too slow for it */
  clear(isSilent = false): void {
    this.#last.ack = performance.now();
    if (isSilent) this.#window = Math.max(WINDOW.least, Math.ceil(this.stanzas / 2));
    this.#flights = [];
    this.#requests.clear();
    this.stanzas = 0;
    this.#size = 0;
  }

  #noteAcked(flights: readonly Unacked[]): void {
    let [stanzas, multicasts] = [0, 0];
    for (const flight of flights) {
      stanzas += flight.stanzas;
      this.#size -= flight.size;
      for (const { receivers } of flight.multicasts) multicasts += receivers.length;
    }
    this.stanzas -= stanzas;
    this.#window = Math.min(WINDOW.most, this.#window * 2);
    this.#last.ack = performance.now();
    this.metrics.ack.observe((this.#last.ack - (flights.at(-1)?.at ?? 0)) / 1000);
    this.metrics.stanzasOut.inc(stanzas);
    if (multicasts > 0) this.metrics.multicast.inc(multicasts);
    if (stanzas > 0) this.link.resetBackoff();
  }
}
