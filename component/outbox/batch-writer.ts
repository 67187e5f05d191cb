/** Writes what waits in the outbox to the link, a batch at a time, each with a barrier behind it on every route it takes. */
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { BarrierStanza } from "./barrier.js";
import { EMPTY_BATCH, nextBatch, type Batch } from "./batch.js";
import type { Cursor } from "./cursor.js";
import type { InFlightWindow } from "./in-flight-window.js";
import type { MulticastRoutes } from "./multicast-routes.js";
import type { OutboxRow } from "./origin.js";
import type { PoisonDetection } from "./poison-detection.js";
import { STREAM, STREAM_ONLY, type Route } from "./routes.js";
import type { SenderParts } from "./sender-parts.js";

export interface BatchWriterParts extends Pick<SenderParts, "link" | "barrier" | "log" | "metrics"> {
  readonly cursor: Cursor;
  /** Where the writes are noted. */
  readonly window: InFlightWindow;
  readonly poison: PoisonDetection;
  readonly multicastRoutes: MulticastRoutes | undefined;
}

export class BatchWriter {
  readonly #parts: BatchWriterParts;
  /** The seqs of rows that were passed and not written. */
  #unwritten: number[] = [];
  /** Whether the link takes nothing more until it has drained. */
  isBlocked = false;
  /** When a batch was written last, in milliseconds of performance.now(). */
  lastWrite = 0;

  constructor(parts: BatchWriterParts) {
    this.#parts = parts;
  }

  /**
   * Writes as much as fits into one write.
   * @param rows the most rows
   * @returns how much was passed; 0 where nothing can be written now
   * @throws where rows can't be read, or the disk doesn't take what has to be put into quarantine
   */
  writeNext(rows: number): number {
    const { cursor, window, poison, multicastRoutes, log, metrics } = this.#parts;
    const { search, quarantine } = poison;
    if (this.isBlocked || !cursor.hasMore) return 0;
    const most = Math.min(window.room, search.budget - window.stanzas);
    if (most <= 0) return 0;
    // Which of many receivers it is that closes the stream is found out by a stanza for each.
    const routes = search.isOn ? STREAM_ONLY : (multicastRoutes ?? STREAM_ONLY);
    const start = cursor.position;
    const isQuarantined = (row: OutboxRow): boolean => quarantine.holds(row);
    const before = search.innocentEnd;
    const batch = nextBatch(cursor, { now: Date.now(), most, rows, routes, before, isQuarantined });
    try {
      quarantine.add(batch.quarantined);
    } catch (error) {
      cursor.rewind(start);
      multicastRoutes?.acknowledged(batch.multicasts);
      throw error;
    }
    const passed = batch.freed.stanzas + batch.quarantined.length;
    if (passed === 0) {
      if (window.isEmpty) search.reached(cursor.position);
      return 0;
    }
    this.#unwritten.push(...batch.unwritten);
    if (batch.expired > 0) {
      metrics.expired.inc(batch.expired);
      log.info(`Dropped ${batch.expired} notifications that were too old to be worth sending`);
    }
    this.#write(batch, new Set(batch.multicasts.map(({ service }) => service)));
    return passed;
  }

  /**
   * Writes what of the quarantine is to be tried next.
   * @returns whether anything of it was to be written
   * @throws where the rows can't be read
   */
  writeTrial(): boolean {
    const { poison, metrics } = this.#parts;
    const { text, stanzas, expired } = poison.quarantine.nextTrial(Date.now());
    metrics.expired.inc(expired);
    if (stanzas > 0) this.#write({ ...EMPTY_BATCH, text, stanzas }, []);
    return stanzas > 0;
  }

  /** Writes barriers alone, on the routes where some are awaited. */
  writeBarriers(): void {
    this.#write(EMPTY_BATCH, this.#parts.window.routes);
  }

  /** Writes what nobody waits for here. */
  put(text: WireText): void {
    if (!this.#parts.link.write(text)) this.isBlocked = true;
  }

  /** The seqs of rows that were passed and not written since this was asked last; ascending. */
  drainUnwritten(): number[] {
    const unwritten = [...new Set(this.#unwritten)].sort((a, b) => a - b);
    this.#unwritten = [];
    return unwritten;
  }

  /** @param services those that need a barrier, besides the stream */
  #write(batch: Batch, services: Iterable<Route>): void {
    const { barrier, cursor, window } = this.#parts;
    const barriers = new Map<Route, BarrierStanza>();
    for (const route of services) if (route !== STREAM) barriers.set(route, barrier.through(route));
    barriers.set(STREAM, barrier.make());
    this.lastWrite = performance.now();
    window.add(barriers, batch, cursor.position, this.lastWrite);
    this.put(inOneWrite([batch.text, ...Array.from(barriers.values(), ({ text }) => text)]));
  }
}
