/** How far the outbox is acknowledged, by which server, and how much of it waits: one row of the database. */
import type { Database } from "./database.js";
import type { Weight } from "./outbox-row.js";

/** A stanza's position in the outbox. */
export interface Position {
  readonly rowId: number;
  /** The index of the stanza in the row. */
  readonly offset: number;
}

export function isBefore(a: Position, b: Position): boolean {
  return a.rowId < b.rowId || (a.rowId === b.rowId && a.offset < b.offset);
}

/** The server that acknowledged rows; times in milliseconds since 1970. */
export interface Acknowledger {
  /** The address at the other end of the link; undefined if it isn't known. */
  readonly peer: string | undefined;
  /** When the link came up. */
  readonly upAt: number;
  /** When it was heard last. */
  readonly heardAt: number;
}

export interface Progress {
  /** All rows below are acknowledged, parked or dead letters. */
  readonly acked: number;
  readonly by: Acknowledger;
  /** Whether the process that wrote this was stopped properly. */
  readonly isStopped: boolean;
}

/** How many stanzas and bytes there are in each of the states that wait. A row counts until all of it is acknowledged. */
export interface Waiting {
  /** Waiting or unacknowledged. */
  readonly waiting: Weight;
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

  /**
   * Writes the progress, and changes the counts; to be called inside a transaction, as remove().
   * @param waiting the change, with the rows that were accepted since the last call
   */
  note({ acked, by, isStopped }: Progress, waiting: Weight, parked: Weight): void {
    this.#note.run(
      ...[waiting.stanzas, waiting.bytes, parked.stanzas, parked.bytes],
      ...[acked, by.peer ?? null, by.upAt, by.heardAt, Number(isStopped)],
    );
  }

  /** Subtracts a weight of a row that waits, or is parked. */
  remove(rowId: number, { stanzas, bytes }: Weight, isParked: boolean): void {
    if (isParked) this.#count.run(0, 0, -stanzas, -bytes, rowId);
    else this.#count.run(-stanzas, -bytes, 0, 0, rowId);
  }

  /** The counts, without rows that were accepted since the last note(). */
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
