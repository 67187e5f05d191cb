/**
 * The writes that the server hasn't acknowledged yet, each followed by an ack request, and the window: how many stanzas
 * may be unacknowledged (component/limits/adaptive-window.ts).
 *
 * A write with stanzas for a multicast service (XEP-0033) needs two acks, from the stream and through the service. An
 * ack acknowledges everything written earlier to the same route. Writes are acknowledged in order.
 *
 * What always holds: `stanzas` and `#size` are the sums over #flights. A write leaves #flights once, when it and all before it
 * have no awaited route left, or all at once in clear(), when the stream has ended. Every request in #requests belongs to a
 * write that is or was in #flights; late ones do no harm. Nothing here moves the ack position: row-flow.ts does, by what
 * ack() returns.
 */
import type { OutboxLink } from "../link/link.js";
import { AdaptiveWindow } from "../limits/adaptive-window.js";
import type { Metrics } from "../metrics.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { AckRequests } from "./ack-requests.js";
import type { OutboxTimes } from "./dependencies.js";
import type { MulticastStanza } from "./multicast.js";
import type { OutboxRow } from "./row-stanzas.js";

/** The route of ack requests to the server itself. Other routes are addresses of multicast services. */
const STREAM = "";

/** Consecutive stanzas of a row in one write, from the offset `start` to before `end`. */
export interface Part {
  readonly row: OutboxRow;
  readonly start: number;
  readonly end: number;
  /**
   * Whether the stanzas were written, or why not: `expired`, too old; `omitted`, meant for the other send mode, or too old but
   * sent once before; `parked`, the host allows no mode. A part that isn't written waits in its write as the others do, so
   * that the ack position passes all in order.
   */
  readonly kind: "written" | "expired" | "omitted" | "parked";
  /** The offset of the first stanza that the server refused (XEP-0356); undefined if none was refused. */
  refusedAt?: number;
}

export interface Flight {
  readonly parts: readonly Part[];
  readonly stanzas: number;
  readonly multicasts: readonly MulticastStanza[];
  /** The size of all stanzas, in characters. */
  readonly size: number;
}

/** An unacknowledged write: when it was written (performance.now()), its number, and the routes without an ack yet. */
interface Unacked extends Flight {
  readonly at: number;
  readonly number: number;
  readonly awaited: Set<string>;
}

/** A write that consists of an ack request only. */
const NOTHING_IN_FLIGHT: Flight = { parts: [], stanzas: 0, multicasts: [], size: 0 };

/** The window, in stanzas. */
const WINDOW = { least: 32, slow: 512, first: 1024, most: 8192 };
/** How many characters may be unacknowledged, whatever the window allows. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

export class InFlight {
  #flights: Unacked[] = [];
  /** The route of each ack request and the number of its write, by request id. */
  readonly #requests = new Map<string, { readonly route: string; readonly number: number }>();
  #count = 0;
  readonly #window = new AdaptiveWindow(WINDOW);
  #size = 0;
  /** When the last write and the last ack happened, as performance.now(). */
  #last = { write: 0, ack: 0 };
  stanzas = 0;

  constructor(
    private readonly link: OutboxLink,
    private readonly acks: AckRequests,
    private readonly metrics: Metrics,
  ) {}

  get isEmpty(): boolean {
    return this.#flights.length === 0;
  }

  /** How many milliseconds ago the last write was. */
  get quiet(): number {
    return performance.now() - this.#last.write;
  }

  /** The addresses of the multicast services from which acks are awaited. */
  get services(): ReadonlySet<string> {
    const routes = new Set(this.#flights.flatMap(({ awaited }) => [...awaited]));
    routes.delete(STREAM);
    return routes;
  }

  /** Whether the oldest write lacks only the ack of a multicast service. */
  get isServiceAwaited(): boolean {
    const [oldest] = this.#flights;
    return oldest !== undefined && !oldest.awaited.has(STREAM);
  }

  /** How many stanzas may be unacknowledged. */
  get window(): number {
    return this.#window.limit;
  }

  /** How many more stanzas the window allows. */
  get room(): number {
    return this.#size < MOST_CHARACTERS ? this.window - this.stanzas : 0;
  }

  /** The unacknowledged parts that were written to the stream, in order. */
  get written(): Part[] {
    // A row has nothing left to write if its last stanza has become a dead letter.
    const isWritten = ({ kind, start, end }: Part): boolean => kind === "written" && end > start;
    return this.#flights.flatMap(({ parts }) => parts.filter(isWritten));
  }

  /**
   * Whether multicasts of this room are unacknowledged or in the next write.
   * @param receiver counts only multicasts to this address, escaped for XML; undefined: to any
   * @param also multicasts of the next write
   */
  hasMulticasts(room: string, receiver: string | undefined, also: readonly MulticastStanza[]): boolean {
    const isSuch = (one: MulticastStanza): boolean =>
      one.room === room && (receiver === undefined || one.receivers.includes(receiver));
    return also.some(isSuch) || this.#flights.some(({ multicasts }) => multicasts.some(isSuch));
  }

  /** Writes stanzas and ack requests. @returns false if the link's buffer is full: write again after "drain" */
  write(
    texts: readonly WireText[],
    flight: Flight,
    services: ReadonlySet<string> = new Set(flight.multicasts.map(({ service }) => service)),
  ): boolean {
    const number = ++this.#count;
    const all = [...texts];
    for (const route of [...services, STREAM]) {
      const request = route === STREAM ? this.acks.make() : this.acks.through(route);
      this.#requests.set(request.id, { route, number });
      all.push(request.text);
    }
    const at = (this.#last.write = performance.now());
    const { parts, stanzas, multicasts, size } = flight;
    const awaited = new Set(services).add(STREAM);
    this.#flights.push({ parts, stanzas, multicasts, size, at, number, awaited });
    this.stanzas += stanzas;
    this.#size += size;
    return this.link.write(inOneWrite(all));
  }

  /** Sends an ack request if the link is idle, and drops the link if acks are missing for too long. */
  check({ silence, keepAlive }: OutboxTimes): void {
    const now = performance.now();
    const waited = now - Math.max(this.#flights[0]?.at ?? now, this.#last.ack);
    if (waited > silence) {
      const silent = this.isServiceAwaited ? "the server's multicast service" : "the server";
      this.link.abandon(`${silent} was silent for ${Math.round(waited / 1000)} s`);
    } else if (this.quiet >= keepAlive) this.write([], NOTHING_IN_FLIGHT, this.services);
  }

  /** Returns and removes the writes that an ack acknowledges; [] if the id is unknown. */
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
   * Marks to be sent again: a refused stanza, the rest of its row, and its call's omitted rows for direct mode.
   * @returns false if it is acknowledged already
   */
  refuse(rowId: number, offset: number): boolean {
    const parts = this.#flights.flatMap(({ parts }) => parts);
    const refused = parts.find(({ row }) => row.rowId === rowId)?.row;
    for (const part of parts) {
      const { row, kind, start, end } = part;
      if (row.rowId === rowId && end > offset) part.refusedAt = Math.min(part.refusedAt ?? Infinity, offset);
      if (kind === "omitted" && row.mode !== undefined && row.call === refused?.call) part.refusedAt = start;
    }
    return refused !== undefined;
  }

  /** Forgets all writes. @param isSilent whether the server fell silent: half as many may follow */
  clear(isSilent = false): void {
    this.#last.ack = performance.now();
    if (isSilent) this.#window.halve(this.stanzas);
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
    const { at } = flights.at(-1) ?? { at: 0 };
    const now = (this.#last.ack = performance.now());
    this.#window.adapt({ acked: stanzas, unacked: this.stanzas, writtenAt: at, now });
    this.stanzas -= stanzas;
    this.metrics.ack.observe((now - at) / 1000);
    this.metrics.stanzasOut.inc(stanzas);
    if (multicasts > 0) this.metrics.multicast.inc(multicasts);
    if (stanzas > 0) this.link.resetBackoff();
  }
}
