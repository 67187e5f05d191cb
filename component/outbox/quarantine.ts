/**
 * The quarantine: rows of senders whose stanzas may make the server close the stream; others overtake them. They are
 * tried when nothing else is in flight, so a close says something of them alone: one stanza at first, and ever more
 * as they are routed. A stanza is poison where it was the only one on a new stream and the server names a fault in
 * it, or where it met several closes alone. After some of those the trials become rare.
 */
import type { DeadLetters } from "../../storage/dead-letters.js";
import { bytesOf, isKnown, type Weight } from "../../storage/outbox-row.js";
import type { OutboxStore, Position } from "../../storage/outbox-store.js";
import type { Blame } from "../link/stream-end.js";
import { asStored, inOneWrite, type WireText } from "../xml/wire-text.js";
import type { OutboxRow } from "./origin.js";
import { RowStanzas, withOnly } from "./row-stanzas.js";
import { QuarantinedSenders } from "./quarantined-senders.js";

export interface QuarantineTimes {
  /** Milliseconds until the next trial: doubling from the first to the longest. */
  readonly first: number;
  readonly longest: number;
}

/** What is tried together. */
export interface Trial {
  /** Complete; "" where all of it was too old. */
  readonly text: WireText;
  readonly stanzas: number;
  /** How many were dropped as too old. */
  readonly expired: number;
}

/** A stream that was closed over a trial. */
export interface TrialClose {
  readonly blame: Blame;
  /** Whether nothing but the trial was ever written to that stream. */
  readonly isFirst: boolean;
}

/** One stanza of a row. */
export interface TriedStanza {
  readonly row: OutboxRow;
  readonly place: number;
  readonly text: WireText;
}

interface Running extends Trial {
  readonly first: TriedStanza | undefined;
  readonly end: Position;
  readonly finished: readonly OutboxRow[];
}

/** How many closes a stanza must have met alone before it counts as poison: any, or such as name a fault in what was sent. */
const CLOSES = { any: 3, blaming: 2 };
/** So many poisonous stanzas cost no pause. */
const FREE = 2;
/** So many routed stanzas make up for a poisonous one. */
const AMENDS = 16;
/** The most that is tried at once. */
const MOST = { stanzas: 64, size: 64 * 1024, rows: 64, bytes: 1024 * 1024 };

export class Quarantine {
  readonly #store: OutboxStore;
  readonly #domain: string;
  readonly #times: QuarantineTimes;
  readonly #senders = new QuarantinedSenders();
  #rows = 0;
  /** Where the next trial begins. */
  #position: Position = { seq: 0, done: 0 };
  #running: Running | undefined;
  /** Rows that are routed, and still on the disk. */
  #finished: number[] = [];
  #budget = 1;
  /** What the first stanza has met alone. */
  #met = { any: 0, blaming: 0 };
  #found = 0;
  #routed = 0;
  #dueAt = 0;

  constructor(store: OutboxStore, domain: string, times: QuarantineTimes) {
    this.#store = store;
    this.#domain = domain;
    this.#times = times;
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
    if (first !== undefined && (this.isEmpty || first.seq < seq)) this.#position = first;
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
   * The next trial.
   * @throws where the rows can't be read
   */
  nextTrial(now: number): Trial {
    this.#tidy();
    const rows = this.#store.quarantinedFrom(this.#position.seq, MOST.rows, MOST.bytes).filter(isKnown);
    const texts: WireText[] = [];
    const finished: OutboxRow[] = [];
    let [size, stanzas, expired] = [0, 0, 0];
    let first: TriedStanza | undefined;
    let end = this.#position;
    for (const stored of rows) {
      const row = { ...stored, stanza: asStored(stored.stanza) };
      const parts = new RowStanzas(row, this.#domain, RowStanzas.isLate(row, now));
      let place = row.seq === this.#position.seq ? Math.max(row.done, this.#position.done) : row.done;
      if (row.expiresAt !== undefined && row.expiresAt <= now) {
        expired += parts.count - place;
        place = parts.count;
      }
      for (; place < parts.count && stanzas < this.#budget && size < MOST.size; place += 1) {
        const text = parts.at(place);
        first ??= { row, place, text };
        texts.push(text);
        size += text.length;
        stanzas += 1;
      }
      if (place < parts.count) {
        end = { seq: row.seq, done: place };
        break;
      }
      end = { seq: row.seq + 1, done: 0 };
      finished.push(row);
    }
    this.#running = { text: inOneWrite(texts), stanzas, expired, first, end, finished };
    return this.#running;
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
    const { stanzas, expired, end, finished } = running;
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
    return { stanzas: stanzas + expired, bytes: finished.reduce((sum, row) => sum + bytesOf(row), 0) };
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
    deadLetters.add([{ acceptedAt, diedAt: Date.now(), stanza: text, reason }], () => {
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
