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
  /** Rows that are routed, and still on the disk. */
  #finished: number[] = [];
  #budget = 1;
  /** What the first stanza has met alone. */
  #met = { any: 0, blaming: 0 };
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
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
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
    const positions = entries.map(({ row, place }) => ({ seq: row.seq, done: place }));
    const { seq, done } = this.#position;
    // Where it goes back, it forgets how far it came in the row where it stands.
    const marks = this.isEmpty || done === 0 ? positions : [...positions, { seq, done }];
    this.#store.now(() => this.#store.quarantine(marks));
    const [first] = positions;
    if (first !== undefined && (this.isEmpty || first.seq < seq)) {
      this.#position = first;
      this.#stuck = undefined;
    }
    this.#rows += entries.length;
    this.#senders.rowsAdded(entries.map(({ row }) => row));
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
    const how = { now, domain, envelopes, ways: this.#ways, budget: this.#budget };
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
    const { stanzas, dropped, end, finished } =
      this.#refused === undefined ? running : upTo(running, this.#refused);
    this.#position = end;
    this.#met = { any: 0, blaming: 0 };
    this.#budget = Math.min(MOST.stanzas, this.#budget * 2);
    this.#routed += stanzas;
    while (this.#routed >= AMENDS) {
      this.#routed -= AMENDS;
      this.#found = Math.max(0, this.#found - 1);
    }
    this.#dueAt = performance.now() + pause;
    for (const row of finished) this.#leave(row);
    this.#finished.push(...finished.map(({ seq }) => seq));
    const freed = dropped.reduce((sum, one) => sum + one.stanzas, stanzas);
    return { stanzas: freed, bytes: finished.reduce((sum, row) => sum + bytesOf(row), 0) };
  }

  /** The stream is lost. @returns the stanza that is poison */
  trialClosed({ blame, isFirst }: TrialClose): TriedStanza | undefined {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return undefined;
    this.#budget = 1;
    if (running.stanzas !== 1 || blame === "cleared" || blame === "slow") return undefined;
    const isBlamed = blame === "blamed";
    this.#met.any += 1;
    if (isBlamed) this.#met.blaming += 1;
    const { any, blaming } = this.#met;
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
    const left = withOnly({ ...row, done: place }, (at) => at !== place);
    const { acceptedAt, seq } = row;
    deadLetters.add([{ seq, acceptedAt, diedAt: Date.now(), stanza: text, reason }], () => {
      if (left === undefined) this.#store.remove([seq]);
      else this.#store.replace([left]);
    });
    this.#met = { any: 0, blaming: 0 };
    this.#found += 1;
    this.#dueAt = performance.now() + this.#pause(this.#found - FREE);
    this.#senders.markPoisonous(row);
    this.#position = { seq, done: place };
    if (left === undefined) this.#leave(row);
    return { stanzas: 1, bytes: bytesOf(row) - (left === undefined ? 0 : bytesOf(left)) };
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
    if (this.#finished.length === 0) return;
    this.#store.now(() => this.#store.remove(this.#finished));
    this.#finished = [];
  }

  #leave(row: OutboxRow): void {
    this.#rows -= 1;
    this.#senders.rowRemoved(row);
  }

  #pause(step: number): number {
    return step <= 0 ? 0 : Math.min(this.#times.longest, this.#times.first * 2 ** (step - 1));
  }
}
