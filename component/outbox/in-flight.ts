/**
 * The unacknowledged writes, each with an ack request behind it, and the window: the most that may be in flight. The
 * window shrinks if the server falls silent, and grows with each ack.
 *
 * A write with stanzas for a multicast service takes a second route, at the service's own pace, with an ack request on
 * each route. An ack acknowledges all that took its route before it. Writes are acknowledged in order.
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
  /** Written, or why not: too old, for the other send mode only, or parked. */
  readonly kind: "written" | "expired" | "omitted" | "parked";
  /** The server refused the stanzas from this one on (XEP-0356). */
  refusedAt?: number;
}

export interface Flight {
  readonly parts: readonly Part[];
  /** The number of stanzas. */
  readonly stanzas: number;
  readonly multicasts: readonly MulticastStanza[];
  /** In characters. */
  readonly size: number;
  /** The characters of the longest stanza. */
  readonly largest: number;
}

/** A write, with its time in milliseconds of performance.now(). */
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
  /** The route and the write of each ack request. */
  readonly #requests = new Map<string, { readonly route: Route; readonly number: number }>();
  #count = 0;
  #window = WINDOW.most;
  #size = 0;
  /** The times of the last write and of the last ack; milliseconds of performance.now(). */
  #last = { write: 0, ack: 0 };
  /** The number of unacknowledged stanzas. */
  stanzas = 0;

  constructor(
    private readonly link: OutboxLink,
    private readonly acks: AckRequests,
    private readonly metrics: Metrics,
  ) {}

  get isEmpty(): boolean {
    return this.#flights.length === 0;
  }

  /** Milliseconds since the last write. */
  get quiet(): number {
    return performance.now() - this.#last.write;
  }

  /** The multicast services of which acks are awaited. */
  get services(): ReadonlySet<string> {
    const routes = new Set(this.#flights.flatMap(({ awaited }) => [...awaited]));
    routes.delete(STREAM);
    return routes;
  }

  /** Whether the oldest write waits for a multicast service only. */
  get isServiceAwaited(): boolean {
    const [oldest] = this.#flights;
    return oldest !== undefined && !oldest.awaited.has(STREAM);
  }

  /** The number of stanzas that may still be written. */
  get room(): number {
    return this.#size < WINDOW.size ? this.#window - this.stanzas : 0;
  }

  /** The unacknowledged parts that were written, in order. */
  get written(): Part[] {
    // Nothing is left to write of a row whose last stanza has become a dead letter.
    const isWritten = ({ kind, start, end }: Part): boolean => kind === "written" && end > start;
    return this.#flights.flatMap(({ parts }) => parts.filter(isWritten));
  }

  /**
   * Whether multicasts of this room are in flight, or in the same write.
   * @param receiver quoted; undefined: any
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

  /** Sends an ack request on an idle link, and drops a link without acks. Times in milliseconds. */
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
   * The server refused a stanza: it is sent again with those behind it in its row, and the copies of its call that were
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

  /** Nothing is in flight any more: it is lost, or written again. @param isSilent whether the server was too slow */
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
