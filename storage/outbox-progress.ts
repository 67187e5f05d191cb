/** Stores how far the server has acknowledged the outbox, and how many rows' stanzas wait. The table has one row. */
import type { Database } from "./database.js";
import type { Weight } from "./outbox-row.js";

/** A stanza's position in the outbox. */
export interface Position {
  readonly rowId: number;
  /** The index of the stanza in the row, from 0. */
  readonly offset: number;
}

export function isBefore(a: Position, b: Position): boolean {
  return a.rowId < b.rowId || (a.rowId === b.rowId && a.offset < b.offset);
}

export interface Acknowledger {
  /** The server's network address; undefined if it isn't known. */
  readonly peer: string | undefined;
  /** When the connection was established, in milliseconds since 1970. */
  readonly upAt: number;
  /** When the server last acknowledged something, in milliseconds since 1970. */
  readonly heardAt: number;
}

/** How far the server has acknowledged the outbox. */
export interface Progress {
  /** All rows with smaller ids are acknowledged, parked or dead letters. */
  readonly acked: number;
  readonly by: Acknowledger;
  /** Whether the process was stopped properly. */
  readonly isStopped: boolean;
}

/** How many stanzas and bytes are unacknowledged. A row counts in full until all its stanzas are acknowledged. */
export interface Waiting {
  readonly waiting: Weight;
  /** Rows that wait until their host allows a send mode. */
  readonly parked: Weight;
}

interface Raw {
  readonly acked: number;
  readonly peer: string | null;
  readonly up_at: number;
  readonly heard_at: number;
  readonly stopped: 0 | 1;
}

type RawWaiting = readonly [number, number, number, number];

export class OutboxProgress {
  readonly #select;
  readonly #note;
  readonly #count;
  readonly #waiting;

  constructor(db: Database) {
    this.#select = db.prepare<[], Raw>("SELECT * FROM outbox_progress");
    const count = `waiting_stanzas = waiting_stanzas + ?, waiting_bytes = waiting_bytes + ?,
      parked_stanzas = parked_stanzas + ?, parked_bytes = parked_bytes + ?`;
    this.#note = db.prepare<(number | string | null)[]>(
      `UPDATE outbox_progress SET ${count}, acked = ?, peer = ?, up_at = ?, heard_at = ?, stopped = ?,
        counted = (SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'outbox')`,
    );
    this.#count = db.prepare<[number, number, number, number, number]>(
      `UPDATE outbox_progress SET ${count} WHERE counted > ?`,
    );
    this.#waiting = db
      .prepare<[], RawWaiting>(
        "SELECT waiting_stanzas, waiting_bytes, parked_stanzas, parked_bytes FROM outbox_progress",
      )
      .raw();
  }

  read(): Progress {
    const raw = this.#select.get();
    if (raw === undefined) throw new Error("the table outbox_progress is empty");
    const { acked, peer, up_at: upAt, heard_at: heardAt, stopped } = raw;
    return { acked, by: { peer: peer ?? undefined, upAt, heardAt }, isStopped: stopped === 1 };
  }

  /** Writes the progress and adds to the counts, inside a transaction. `waiting` includes newly accepted rows. */
  note({ acked, by, isStopped }: Progress, waiting: Weight, parked: Weight): void {
    this.#note.run(
      ...[waiting.stanzas, waiting.bytes, parked.stanzas, parked.bytes],
      ...[acked, by.peer ?? null, by.upAt, by.heardAt, Number(isStopped)],
    );
  }

  /** Subtracts the weight of a waiting or parked row. */
  remove(rowId: number, { stanzas, bytes }: Weight, isParked: boolean): void {
    if (isParked) this.#count.run(0, 0, -stanzas, -bytes, rowId);
    else this.#count.run(-stanzas, -bytes, 0, 0, rowId);
  }

  /** Returns the counts, without rows accepted since the last call of note(). */
  counted(): Waiting {
    const [stanzas, bytes, parkedStanzas, parkedBytes] = this.#waiting.get() ?? [0, 0, 0, 0];
    return { waiting: { stanzas, bytes }, parked: { stanzas: parkedStanzas, bytes: parkedBytes } };
  }
}

export const NOTHING: Weight = { stanzas: 0, bytes: 0 };

export function plus(a: Weight, b: Weight): Weight {
  return { stanzas: a.stanzas + b.stanzas, bytes: a.bytes + b.bytes };
}

export function minus(a: Weight, b: Weight): Weight {
  return { stanzas: a.stanzas - b.stanzas, bytes: a.bytes - b.bytes };
}
