/**
 * The quarantine: rows of senders whose stanzas may make the server close the stream, and of senders in whose names the
 * server takes nothing now; others overtake them. They are tried when nothing else is in flight, so a close says
 * something of them alone: one stanza at first, and ever more as they are routed. A stanza is poison where it was the
 * only one on a new stream and the server names a fault in it, or where it met several closes alone. After some of
 * those the trials become rare.
 */
import type { DeadLetters } from "../../storage/dead-letters.js";
import { bytesOf, isKnown, type Weight } from "../../storage/outbox-row.js";
import type { OutboxStore, Position } from "../../storage/outbox-store.js";
import type { Blame } from "../link/stream-end.js";
import type { Envelopes } from "./envelopes.js";
import type { OutboxRow } from "./origin.js";
import { withOnly } from "./row-stanzas.js";
import { RowWays } from "./row-ways.js";
import { QuarantinedSenders } from "./quarantined-senders.js";
import { QuarantineRetention } from "./quarantine-retention.js";
import type { Retention } from "./retention.js";
import { makeTrial, upTo, type Trial, type TriedStanza } from "./trial.js";
import type { Ways } from "./ways.js";

export interface QuarantineTimes {
  /** Milliseconds until the next trial: doubling from the first to the longest. */
  readonly first: number;
  readonly longest: number;
}

/** A stream that was closed over a trial. */
export interface TrialClose {
  readonly blame: Blame;
  /** Whether nothing but the trial was ever written to that stream. */
  readonly isFirst: boolean;
}

/** What a quarantine works with. */
export interface QuarantineParts {
  readonly store: OutboxStore;
  /** The component's. */
  readonly domain: string;
  readonly ways: Ways;
  readonly envelopes: Envelopes;
  readonly retention: Retention;
  readonly times: QuarantineTimes;
}

/** How many closes a stanza must have met alone before it counts as poison: any, or such as name a fault in what was sent. */
const CLOSES = { any: 3, blaming: 2 };
/** So many poisonous stanzas cost no pause. */
const FREE = 2;
/** So many routed stanzas make up for a poisonous one. */
const AMENDS = 16;
/** The most that is tried at once. */
const MOST = { stanzas: 64, rows: 64, bytes: 1024 * 1024 };

/** Closes that a stanza has met alone. */
interface Closes {
  readonly seq: number;
  readonly place: number;
  readonly any: number;
  /** Those that named a fault. */
  readonly blaming: number;
}

const NO_CLOSES: Closes = { seq: 0, place: 0, any: 0, blaming: 0 };

export class Quarantine {
  readonly #parts: QuarantineParts;
  readonly #store: OutboxStore;
  readonly #times: QuarantineTimes;
  readonly #ways: RowWays;
  readonly #senders = new QuarantinedSenders();
  #rows = 0;
  /** Where the next trial begins. */
  #position: Position = { seq: 0, done: 0 };
  #running: Trial | undefined;
  readonly #kept: QuarantineRetention;
  /** How many are tried at once: of what was never routed, and of what is sent again. */
  readonly #budget = { first: 1, again: 1 };
  /** How often the stream was closed over which stanza alone. */
  #closes: Closes = NO_CLOSES;
  #found = 0;
  #routed = 0;
  #dueAt = 0;
  /** The next to be tried, where it couldn't be written when it was looked at. */
  #stuck: OutboxRow | undefined;
  /** The first of what is tried that the server refused. */
  #refused: Position | undefined;

  constructor(parts: QuarantineParts) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#times = parts.times;
    this.#ways = new RowWays(parts.ways);
    this.#kept = new QuarantineRetention(parts.retention);
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  /** Whether nothing of it was routed lately. */
  get keepsNothing(): boolean {
    return this.#kept.isEmpty;
  }

  /** Whether a trial is in flight. */
  get isTrying(): boolean {
    return this.#running !== undefined;
  }

  /** Milliseconds until the next trial; undefined where there is none to come. */
  get dueIn(): number | undefined {
    if (this.isEmpty || this.isTrying) return undefined;
    if (this.#stuck !== undefined && this.#ways.isStuck(this.#stuck)) return undefined;
    return Math.max(0, this.#dueAt - performance.now());
  }

  holds(row: OutboxRow): boolean {
    return this.#senders.holds(row);
  }

  /**
   * Takes rows in; of each so many stanzas are done with.
   * @throws where the disk doesn't take that; nothing was taken in then
   */
  add(entries: readonly { readonly row: OutboxRow; readonly place: number }[]): void {
    if (entries.length === 0) return;
    // What of them is routed is noted on the disk when it need not be kept any more.
    const positions = entries.map(({ row: { seq, done } }) => ({ seq, done }));
    this.#store.now(() => this.#store.quarantine(positions));
    for (const { row, place } of entries)
      if (place > row.done) this.#kept.routed(row, { start: row.done, end: place, isFinished: false });
    const [first] = positions;
    if (first !== undefined && (this.isEmpty || first.seq < this.#position.seq)) {
      this.#position = first;
      this.#stuck = undefined;
    }
    this.#rows += entries.length;
    this.#senders.rowsAdded(entries.map(({ row }) => row));
  }

  /**
   * Takes in rows that are sent again.
   * @throws where the disk doesn't take that
   */
  addReplayed(rows: readonly OutboxRow[]): void {
    this.add(rows.map((row) => ({ row, place: row.done })));
    this.#kept.addReplayed(rows);
  }

  /**
   * Takes in the row of which a stanza was in flight alone when the stream was closed.
   * @throws where the disk doesn't take that
   */
  addSuspected(row: OutboxRow, place: number): void {
    this.#senders.add(row);
    this.add([{ row, place }]);
  }

  /**
   * The next trial: rows that go in one way, from the front; nothing where the first can't be written now.
   * @throws where the rows can't be read
   */
  nextTrial(now: number): Trial {
    this.#tidy();
    const rows = this.#store.quarantinedFrom(this.#position.seq, MOST.rows, MOST.bytes).filter(isKnown);
    const { domain, envelopes } = this.#parts;
    const how = { now, domain, envelopes, ways: this.#ways, budget: this.#budget, kept: this.#kept };
    const { trial, stuck } = makeTrial(rows, this.#position, how);
    this.#stuck = stuck;
    this.#refused = undefined;
    this.#running = trial;
    return trial;
  }

  /** The server refuses this of what is tried, and what comes behind it: it was all told by one permission. */
  refused(place: Position): void {
    this.#refused ??= place;
  }

  /**
   * What was tried is routed.
   * @param pause others get so many milliseconds before the next trial
   * @returns what the outbox gets rid of
   */
  trialRouted(pause: number): Weight {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return { stanzas: 0, bytes: 0 };
    const { stanzas, dropped, end, rows, isAgain } =
      this.#refused === undefined ? running : upTo(running, this.#refused);
    this.#position = end;
    const { seq, place } = this.#closes;
    if (rows.some(({ row, start, end: to }) => row.seq === seq && start <= place && place < to))
      this.#closes = NO_CLOSES;
    const kind = isAgain === true ? "again" : "first";
    this.#budget[kind] = Math.min(MOST.stanzas, this.#budget[kind] * 2);
    this.#routed += stanzas;
    while (this.#routed >= AMENDS) {
      this.#routed -= AMENDS;
      this.#found = Math.max(0, this.#found - 1);
    }
    this.#dueAt = performance.now() + pause;
    for (const { row, ...routed } of rows) {
      if (routed.end > routed.start) this.#kept.routed(row, routed);
      if (routed.isFinished) this.#leave(row);
    }
    const freed = dropped.reduce((sum, one) => sum + one.stanzas, stanzas);
    const bytes = rows.reduce((sum, { row, isFinished }) => sum + (isFinished ? bytesOf(row) : 0), 0);
    return { stanzas: freed, bytes };
  }

  /** The stream is lost. @returns the stanza that is poison */
  trialClosed({ blame, isFirst }: TrialClose): TriedStanza | undefined {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return undefined;
    this.#budget[running.isAgain === true ? "again" : "first"] = 1;
    if (running.stanzas !== 1 || blame === "cleared" || blame === "slow") return undefined;
    const isBlamed = blame === "blamed";
    const { seq, place } = { seq: running.first?.row.seq ?? 0, place: running.first?.place ?? 0 };
    // Others may be sent again in between, where the server has restarted.
    const before = seq === this.#closes.seq && place === this.#closes.place ? this.#closes : NO_CLOSES;
    const [any, blaming] = [before.any + 1, before.blaming + Number(isBlamed)];
    this.#closes = { seq, place, any, blaming };
    if (any >= CLOSES.any || blaming >= CLOSES.blaming || (isBlamed && isFirst)) return running.first;
    this.#dueAt = performance.now() + (isBlamed ? 0 : this.#pause(any));
    return undefined;
  }

  /**
   * Sets a stanza aside.
   * @returns what the outbox gets rid of
   * @throws where the disk doesn't take that; it will be tried again
   */
  setAside({ row, place, text }: TriedStanza, deadLetters: DeadLetters, reason: string): Weight {
    this.#dueAt = performance.now() + this.#pause(1);
    const { acceptedAt, seq } = row;
    const left = withOnly({ ...row, done: this.#kept.startOf(seq) ?? row.done }, (at) => at !== place);
    const isFinished = left === undefined || left.stanzas <= place;
    deadLetters.add([{ seq, acceptedAt, diedAt: Date.now(), stanza: text, reason }], () => {
      if (left === undefined) this.#store.remove([seq]);
      else this.#store.replace([left]);
    });
    this.#closes = NO_CLOSES;
    this.#found += 1;
    this.#dueAt = performance.now() + this.#pause(this.#found - FREE);
    this.#senders.markPoisonous(row);
    // What was dropped before it in the same trial is still to be behind us.
    if (this.#position.seq === seq) this.#position = { seq, done: place };
    if (isFinished) this.#leave(row);
    if (left !== undefined) this.#kept.routed(left, { start: left.done, end: place, isFinished });
    return { stanzas: 1, bytes: bytesOf(row) - (isFinished ? 0 : bytesOf(left)) };
  }

  /** What was routed lately is to be sent again. @returns how much waits again */
  replay(): Weight {
    const { first, finished, weight } = this.#kept.replay();
    if (first !== undefined && (this.isEmpty || first <= this.#position.seq)) {
      this.#position = { seq: first, done: 0 };
      this.#stuck = undefined;
    }
    this.#rows += finished.length;
    this.#senders.rowsAdded(finished);
    return weight;
  }

  /** Takes what is routed off the disk. */
  stop(): void {
    try {
      this.#tidy();
    } catch {
      // Then it is sent again after the start.
    }
  }

  /** @throws where the disk doesn't take it */
  #tidy(): void {
    const { gone, left } = this.#kept.expired();
    if (gone.length + left.length === 0) return;
    this.#store.now(() => {
      this.#store.remove(gone);
      this.#store.quarantine(left);
    });
    this.#kept.forget([...gone, ...left.map(({ seq }) => seq)]);
  }

  #leave(row: OutboxRow): void {
    this.#rows -= 1;
    this.#senders.rowRemoved(row);
  }

  #pause(step: number): number {
    return step <= 0 ? 0 : Math.min(this.#times.longest, this.#times.first * 2 ** (step - 1));
  }
}
