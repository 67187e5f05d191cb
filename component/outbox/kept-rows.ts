/**
 * The acknowledged rows that are kept for some seconds, since a server that dies loses what it hasn't passed on to its
 * clients. A row expires when the server was heard that long after its ack, so time in which it may have been dead doesn't
 * count; it expires earlier if too much is kept.
 */
import type { Acknowledger } from "../../storage/outbox-progress.js";
import type { Beginning } from "../../storage/outbox-store.js";

export interface KeepLimits {
  /** Milliseconds; 0: nothing is kept. */
  readonly ms: number;
  /** The most bytes. */
  readonly bytes: number;
}

/**
 * Why acknowledged rows must be sent again:
 * - `restarted`: the server has started after its last ack
 * - `unknown`: it doesn't tell its uptime
 * - `another`: the link is to another server, such as another node of a cluster
 */
export type ReplayReason = "restarted" | "unknown" | "another";

export const REPLAY_REASONS: Readonly<Record<ReplayReason, string>> = {
  restarted: "the server has restarted",
  unknown: "the server doesn't tell its uptime (mod_last on ejabberd, mod_uptime on Prosody would)",
  another: "the link is to another server than before",
};

/** The server at the other end of the link. */
export interface Present {
  readonly peer: string | undefined;
  /** In seconds; undefined if it didn't tell. */
  readonly uptime: number | undefined;
  /** The time of its answer, in milliseconds since 1970. */
  readonly now: number;
}

/** Rows that were acknowledged at about the same time. */
interface Span {
  end: number;
  bytes: number;
  /** When the first and the last of them were acknowledged; milliseconds since 1970. */
  readonly since: number;
  until: number;
}

/** The length of such a span; milliseconds. */
const TOGETHER_MS = 100;
/** Uptimes are differences of whole seconds, so up to a second off in both directions; milliseconds. */
const LEAST_MARGIN_MS = 2_000;

export class KeptRows {
  #spans: Span[] = [];
  #bytes = 0;
  #start: number;
  #acked: number;
  #by: Acknowledger;
  /** Whether the last process was stopped properly, and there was no link since. */
  #isStopped: boolean;
  /** When a parked row was acknowledged last. */
  #parkedAt = -Infinity;

  constructor(
    private readonly limits: KeepLimits,
    { kept, acked, by, isStopped, keepsParked }: Beginning,
  ) {
    this.#start = kept;
    this.#acked = acked;
    this.#by = by;
    this.#isStopped = isStopped;
    if (kept < acked) this.#spans.push({ end: acked, bytes: 0, since: 0, until: by.heardAt });
    if (keepsParked) this.#parkedAt = by.heardAt;
  }

  /** Whether nothing is kept. */
  get isEmpty(): boolean {
    return this.#start >= this.#acked && this.#isOver(this.#parkedAt);
  }

  /** The first row that is kept; all before may be deleted. */
  get start(): number {
    return this.#start;
  }

  /** The number of bytes that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The server that acknowledged the kept rows. */
  get by(): Acknowledger {
    return this.#by;
  }

  /** Parked rows that were acknowledged until then may be deleted; milliseconds since 1970. */
  get parkedUntil(): number {
    return this.#by.heardAt - this.limits.ms;
  }

  /**
   * Why the kept rows must be sent again, if they must. A server that lived on has started before the last link was up; one
   * that restarted, after it was heard last. A start in between (a clock was set) counts as a restart in the later half.
   * After a proper stop only a restart counts: the server was alive then.
   */
  replayReason({ peer, uptime, now }: Present): ReplayReason | undefined {
    const { upAt, heardAt } = this.#by;
    if (!this.#isStopped && this.#by.peer !== undefined && peer !== undefined && peer !== this.#by.peer)
      return "another";
    if (uptime === undefined) return this.#isStopped ? undefined : "unknown";
    const margin = Math.max(LEAST_MARGIN_MS, (heardAt - upAt) / 2);
    return now - uptime * 1000 > heardAt - margin ? "restarted" : undefined;
  }

  /** There is a link, and nothing that was acknowledged over the last one must be sent again. */
  linked(by: Acknowledger): void {
    this.#heard(by.heardAt);
    this.#by = by;
    this.#isStopped = false;
    this.#prune();
  }

  /**
   * The server has acknowledged all rows before this one.
   * @param bytes of the rows that ended since the last call
   * @param now milliseconds since 1970
   * @returns whether the state on the disk changes
   */
  ack(acked: number, bytes: number, now: number): boolean {
    this.#heard(now);
    const isNew = acked !== this.#acked;
    this.#acked = acked;
    if (isNew) this.#keep(acked, bytes, now);
    return this.#prune() || isNew;
  }

  /** Parked rows were acknowledged. */
  ackParked(now: number): void {
    this.#parkedAt = now;
  }

  /** The kept rows wait again. */
  rewind(): void {
    this.#acked = this.#start;
    this.#spans = [];
    this.#bytes = 0;
    this.#parkedAt = -Infinity;
  }

  #heard(now: number): void {
    // The clock was set back.
    if (now < this.#by.heardAt) for (const span of this.#spans) span.until = Math.min(span.until, now);
    this.#by = { ...this.#by, heardAt: now };
  }

  #keep(end: number, bytes: number, now: number): void {
    const last = this.#spans.at(-1);
    this.#bytes += bytes;
    if (last !== undefined && now - last.since < TOGETHER_MS) {
      last.end = end;
      last.bytes += bytes;
      last.until = now;
    } else this.#spans.push({ end, bytes, since: now, until: now });
  }

  #prune(): boolean {
    const kept = this.#start;
    for (let [first] = this.#spans; first !== undefined; [first] = this.#spans) {
      if (!this.#isOver(first.until) && this.#bytes <= this.limits.bytes) break;
      this.#spans.shift();
      this.#bytes -= first.bytes;
      this.#start = first.end;
    }
    return this.#start !== kept;
  }

  #isOver(at: number): boolean {
    return at + this.limits.ms <= this.#by.heardAt;
  }
}
