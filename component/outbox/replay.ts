/**
 * Keeps acknowledged rows for some seconds, because a server that crashes loses stanzas that it hasn't delivered. A row
 * expires when the server was heard from a given time after the row's ack. So time in which the server may have been
 * dead doesn't count. Rows expire earlier if they exceed their maximum size.
 *
 * Times are those of OutboxTimes.now(), on which a change of the machine's clock has no effect, except at a restart.
 */
import type { Acknowledger, Beginning } from "../../storage/outbox-store.js";

export interface KeepLimits {
  /** How long an acknowledged row is kept, in milliseconds; 0: no rows are kept. */
  readonly ms: number;
  /** The maximum size of the kept rows, in bytes. */
  readonly bytes: number;
}

/** Why acknowledged rows must be sent again. */
export const REPLAY_REASONS = {
  restarted: "the server has restarted",
  unknown: "the server doesn't tell its uptime (mod_last on ejabberd, mod_uptime on Prosody would)",
  another: "the link is to another server than before",
  clock: "the machine's clock was set back, so that nothing tells whether the server has restarted",
};

export type ReplayReason = keyof typeof REPLAY_REASONS;

/** Rows that were acknowledged at about the same time. They follow the rows of the previous span. */
interface Span {
  /** The id after the last row. */
  end: number;
  bytes: number;
  /** When the first row was acknowledged, in milliseconds since 1970. */
  readonly since: number;
  /** When the last row was acknowledged, in milliseconds since 1970. */
  until: number;
}

/** The maximum duration of a span, in milliseconds. */
const SPAN_MS = 100;
/** The minimum tolerance for a server's start time, in milliseconds, because uptimes are up to a second off. */
const LEAST_MARGIN_MS = 2_000;

export class KeptRows {
  /** The id of the first kept row; all rows before it may be deleted. */
  start: number;
  bytes = 0;
  /** The server that acknowledged the kept rows. */
  by: Acknowledger;
  #spans: Span[] = [];
  /** The id of the first row that is neither acknowledged nor parked. */
  acked: number;
  /** Whether the last process was stopped properly; false as soon as this process has a link. */
  #isStopped: boolean;
  /** Whether the last process heard from the server in the future; false as soon as this process has a link. */
  #isSetBack: boolean;
  /** When a parked row was last acknowledged, in milliseconds since 1970. */
  #parkedAt = -Infinity;

  constructor(
    private readonly limits: KeepLimits,
    { kept, acked, by, isStopped, keepsParked }: Beginning,
    private readonly now: () => number,
  ) {
    this.start = kept;
    this.acked = acked;
    this.#isSetBack = by.heardAt > now() + LEAST_MARGIN_MS;
    const heardAt = Math.min(by.heardAt, now());
    this.by = { ...by, heardAt };
    this.#isStopped = isStopped;
    if (kept < acked) this.#spans.push({ end: acked, bytes: 0, since: 0, until: heardAt });
    if (keepsParked) this.#parkedAt = heardAt;
  }

  get isEmpty(): boolean {
    return this.start >= this.acked && this.#isOver(this.#parkedAt);
  }

  /** Parked rows that were acknowledged before this time (milliseconds since 1970) may be deleted. */
  get parkedUntil(): number {
    return this.by.heardAt - this.limits.ms;
  }

  /**
   * Returns why the kept rows must be sent again; undefined if they needn't be. A server that kept running was started
   * before the last link came up. A restarted server was started after it was last heard from. Of the time between (a
   * clock was changed), the later half counts as a restart. After a proper stop of the component, only a restart
   * counts, because the server was alive then.
   */
  replayReason(peer: string | undefined, uptime: number | undefined): ReplayReason | undefined {
    const { upAt, heardAt } = this.by;
    if (!this.#isStopped && this.by.peer !== undefined && peer !== undefined && peer !== this.by.peer)
      return "another";
    if (this.#isSetBack) return "clock";
    if (uptime === undefined) return this.#isStopped ? undefined : "unknown";
    const margin = Math.max(LEAST_MARGIN_MS, (heardAt - upAt) / 2);
    return this.now() - uptime * 1000 > heardAt - margin ? "restarted" : undefined;
  }

  /** Notes a new link, over which the kept rows needn't be sent again. */
  linked(peer: string | undefined, upAt: number): void {
    const heardAt = this.#heard();
    this.by = { peer, upAt, heardAt };
    this.#isStopped = false;
    this.#isSetBack = false;
    this.#prune();
  }

  /**
   * Notes that all rows before `acked` are acknowledged.
   * @param bytes the size of the newly finished rows
   * @returns whether the disk must be updated
   */
  ack(acked: number, bytes: number): boolean {
    const now = this.#heard();
    const isNew = acked !== this.acked;
    this.acked = acked;
    if (isNew) this.#keep(acked, bytes, now);
    return this.#prune() || isNew;
  }

  ackParked(): void {
    this.#parkedAt = this.now();
  }

  /** Forgets the kept rows, because they wait again. */
  rewind(): void {
    this.acked = this.start;
    this.#spans = [];
    this.bytes = 0;
    this.#parkedAt = -Infinity;
  }

  #heard(): number {
    const now = this.now();
    this.by = { ...this.by, heardAt: now };
    return now;
  }

  #keep(end: number, bytes: number, now: number): void {
    const last = this.#spans.at(-1);
    this.bytes += bytes;
    if (last !== undefined && now - last.since < SPAN_MS) {
      last.end = end;
      last.bytes += bytes;
      last.until = now;
    } else this.#spans.push({ end, bytes, since: now, until: now });
  }

  #prune(): boolean {
    const kept = this.start;
    for (;;) {
      const [first] = this.#spans;
      if (first === undefined || (!this.#isOver(first.until) && this.bytes <= this.limits.bytes)) break;
      this.#spans.shift();
      this.bytes -= first.bytes;
      this.start = first.end;
    }
    return this.start !== kept;
  }

  #isOver(at: number): boolean {
    return at + this.limits.ms <= this.by.heardAt;
  }
}
