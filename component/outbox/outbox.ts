/**
 * The outbox's front: accepts finished stanzas as a whole call, answers when they are routed, or when they are safe
 * in the queue. `accepted` means committed to disk; nothing accepted is lost.
 */
import type { Logger } from "winston";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { NewRow, OutboxStore, Position, Row } from "../../storage/outbox-store.js";
import type { Link } from "../link/link.js";
import type { Metrics } from "../metrics.js";
import { Errcode, Refusal } from "../refusal.js";
import type { Element } from "../xml/builder.js";
import type { Barrier } from "./barrier.js";
import { Pump, type Progress, type PumpTimes } from "./pump.js";

/** What an accepted call is told. */
export interface Receipt {
  /** `confirmed`: the server has routed it; `queued`: it is safe on disk and will be sent. */
  readonly delivery: "confirmed" | "queued";
}

export interface OutboxOptions {
  /** The most stanzas that may wait; one for many recipients counts as many. */
  readonly maxStanzas: number;
  /** The most bytes that may wait. */
  readonly maxBytes: number;
  /** How long a call waits for its barrier, in milliseconds. */
  readonly confirmTimeout: number;
  readonly times?: Partial<PumpTimes>;
}

interface Waiter {
  /** The call is routed when all rows below this seq are. */
  readonly seq: number;
  readonly deadline: number;
  resolve(receipt: Receipt): void;
}

/** A repeated call is known for this long, in milliseconds. */
const REPEAT_MS = 10 * 60 * 1000;
const TICK_MS = 100;
const CLEAN_MS = 25;

export class Outbox {
  readonly #store: OutboxStore;
  readonly #commit: GroupCommit;
  readonly #options: OutboxOptions;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #pump: Pump;
  readonly #ticker: NodeJS.Timeout;
  #waiters: Waiter[] = [];
  #load: { stanzas: number; bytes: number };
  #toClean: Position | undefined;
  #cleaner: NodeJS.Timeout | undefined;
  #next: number;
  #onIdle: (() => void) | undefined;

  constructor(
    link: Link,
    barrier: Barrier,
    store: OutboxStore,
    commit: GroupCommit,
    options: OutboxOptions,
    log: Logger,
    metrics: Metrics,
  ) {
    this.#store = store;
    this.#commit = commit;
    this.#options = options;
    this.#log = log;
    this.#metrics = metrics;
    const { stanzas, bytes } = store.load();
    this.#load = { stanzas, bytes };
    this.#next = store.next();
    this.#pump = new Pump(link, barrier, store, log, metrics, (p) => this.#onProgress(p), options.times);
    link.on("down", () => this.#releaseAll());
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#ticker.unref();
    metrics.gaugeOf("qtalk_outbox_stanzas", "Stanzas waiting to be routed", () => this.#load.stanzas);
    metrics.gaugeOf("qtalk_outbox_bytes", "Bytes waiting to be routed", () => this.#load.bytes);
    metrics.gaugeOf("qtalk_outbox_oldest_seconds", "Age of the oldest waiting stanza", () => this.#age());
  }

  /** Whether the link is up and known to confirm. */
  get isReady(): boolean {
    return this.#pump.isReady;
  }

  /** Takes a barrier that came back; false for every other stanza. */
  take(stanza: Element): boolean {
    return this.#pump.take(stanza);
  }

  /**
   * Accepts a call's stanzas, all or none.
   * @param also work on the database that belongs to the call and is committed with it
   * @returns a refusal where the queue is full or the disk doesn't take them: then nothing was accepted
   */
  async accept(rows: readonly NewRow[], also?: () => void): Promise<Receipt | Refusal> {
    const weight = weigh(rows);
    const full = this.#refuseOver(weight);
    if (full !== undefined) return full;
    this.#load.stanzas += weight.stanzas;
    this.#load.bytes += weight.bytes;
    let stored: Row[];
    try {
      stored = await this.#commit.run(() => {
        also?.();
        return this.#insert(rows);
      });
    } catch (error) {
      this.#load.stanzas -= weight.stanzas;
      this.#load.bytes -= weight.bytes;
      this.#log.error(`A call could not be stored: ${String(error)}`);
      return new Refusal(Errcode.unavailable, "storage failed; nothing was accepted, try again", 5);
    }
    this.#metrics.accepted.inc(stored.length);
    this.#discount(rows, stored, weight);
    const last = stored.at(-1)?.seq;
    if (last !== undefined) this.#next = Math.max(this.#next, last + 1);
    if (last === undefined && this.#pump.isEmpty) return { delivery: "confirmed" };
    const receipt = this.#receiptFor(last === undefined ? this.#next : last + 1);
    this.#pump.append(stored);
    return receipt;
  }

  /** Waits until everything accepted is routed, at most this long; false where it isn't. */
  async flush(ms: number): Promise<boolean> {
    this.#commit.flush();
    if (!this.#pump.isEmpty && this.#pump.isReady) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#pump.isEmpty;
  }

  /** Ends the timers and takes away what was confirmed. */
  stop(): void {
    clearInterval(this.#ticker);
    clearTimeout(this.#cleaner);
    this.#pump.stop();
    this.#releaseAll();
    this.#clean();
    this.#commit.flush();
  }

  #insert(rows: readonly NewRow[]): Row[] {
    const stored: Row[] = [];
    let seq: number | undefined;
    for (const row of rows) {
      if (row.follows === true && seq === undefined) continue;
      seq = this.#store.add(row);
      if (seq === undefined) continue;
      const { stanza, recipients, acceptedAt, expiresAt } = row;
      stored.push({ seq, stanza, recipients, acceptedAt, expiresAt, done: 0 });
    }
    return stored;
  }

  #refuseOver(weight: { stanzas: number; bytes: number }): Refusal | undefined {
    const { maxStanzas, maxBytes } = this.#options;
    if (this.#load.stanzas + weight.stanzas > maxStanzas) {
      return new Refusal(
        Errcode.unavailable,
        `the queue holds at most ${maxStanzas} stanzas; try again later`,
        5,
      );
    }
    if (this.#load.bytes + weight.bytes > maxBytes) {
      return new Refusal(
        Errcode.unavailable,
        `the queue holds at most ${maxBytes} bytes; try again later`,
        5,
      );
    }
    return undefined;
  }

  /** Takes a call's recognised repeats off the load again. */
  #discount(
    rows: readonly NewRow[],
    stored: readonly Row[],
    weight: { stanzas: number; bytes: number },
  ): void {
    if (stored.length === rows.length) return;
    this.#metrics.repeats.inc(rows.length - stored.length);
    const kept = weigh(stored);
    this.#load.stanzas -= weight.stanzas - kept.stanzas;
    this.#load.bytes -= weight.bytes - kept.bytes;
  }

  #receiptFor(seq: number): Promise<Receipt> {
    if (!this.#pump.isReady) return Promise.resolve({ delivery: "queued" });
    return new Promise((resolve) => {
      this.#waiters.push({ seq, deadline: performance.now() + this.#options.confirmTimeout, resolve });
    });
  }

  #onProgress({ confirmed, stanzas, bytes }: Progress): void {
    this.#load.stanzas = Math.max(0, this.#load.stanzas - stanzas);
    this.#load.bytes = Math.max(0, this.#load.bytes - bytes);
    if (this.#pump.isEmpty) this.#load = { stanzas: 0, bytes: 0 };
    this.#toClean = confirmed;
    this.#cleaner ??= setTimeout(() => this.#clean(), CLEAN_MS);
    const until = this.#waiters.findIndex((waiter) => waiter.seq > confirmed.seq);
    const released = this.#waiters.splice(0, until < 0 ? this.#waiters.length : until);
    for (const waiter of released) waiter.resolve({ delivery: "confirmed" });
    if (this.#pump.isEmpty) this.#onIdle?.();
  }

  /** Confirmed rows go a little later, many at once: a crash in between only sends them again. */
  #clean(): void {
    const position = this.#toClean;
    this.#cleaner = undefined;
    this.#toClean = undefined;
    if (position === undefined) return;
    this.#commit
      .run(() => this.#store.confirm(position))
      .catch((error: unknown) => {
        this.#log.error(`Routed stanzas could not be taken off the queue: ${String(error)}`);
        this.#toClean ??= position;
        this.#cleaner ??= setTimeout(() => this.#clean(), 1000);
      });
  }

  #tick(): void {
    const now = performance.now();
    while (this.#waiters[0] !== undefined && this.#waiters[0].deadline <= now) {
      this.#waiters.shift()?.resolve({ delivery: "queued" });
    }
    try {
      this.#store.forget(Date.now() - REPEAT_MS);
    } catch {
      // The database is busy; the next tick forgets them.
    }
  }

  #releaseAll(): void {
    for (const waiter of this.#waiters.splice(0)) waiter.resolve({ delivery: "queued" });
  }

  #age(): number {
    const oldest = this.#store.from(this.#toClean?.seq ?? 0, 1)[0];
    return oldest === undefined ? 0 : (Date.now() - oldest.acceptedAt) / 1000;
  }
}

/** What rows add to the load. */
function weigh(rows: readonly { stanza: string; recipients?: readonly string[] | undefined }[]): {
  stanzas: number;
  bytes: number;
} {
  let stanzas = 0;
  let bytes = 0;
  for (const { stanza, recipients } of rows) {
    stanzas += recipients?.length ?? 1;
    bytes += stanza.length * (recipients?.length ?? 1);
  }
  return { stanzas, bytes };
}
