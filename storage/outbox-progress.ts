/** Stores how far the server has acknowledged the outbox, and how many rows' stanzas wait. The table has one row. */
import type { Weight } from "./outbox-row.js";
import { Store } from "./sql.js";

/** A stanza's position in the outbox. */
export interface Position {
  readonly rowId: number;
  /** The index of the stanza in the row, from 0. */
  readonly offset: number;
}

export function isBefore(a: Position, b: Position): boolean {
  return a.rowId < b.rowId || (a.rowId === b.rowId && a.offset < b.offset);
}

/** The server that acknowledged the outbox: columns of the table `outbox_progress`. */
export interface Acknowledger {
  readonly peer: string | undefined;
  readonly upAt: number;
  readonly heardAt: number;
}

/** How far the server has acknowledged the outbox. */
export interface Progress {
  readonly acked: number;
  readonly by: Acknowledger;
  readonly isStopped: boolean;
}

/** How many stanzas and bytes are unacknowledged. A row counts in full until all its stanzas are acknowledged. */
export interface Waiting {
  readonly waiting: Weight;
  /** Rows that wait until their host allows a send mode. */
  readonly parked: Weight;
}

/** Adds to the counts. */
const COUNT = `waiting_stanzas = waiting_stanzas + ?, waiting_bytes = waiting_bytes + ?,
  parked_stanzas = parked_stanzas + ?, parked_bytes = parked_bytes + ?`;

export class OutboxProgress extends Store {
  read(): Progress {
    const sql = "SELECT acked, peer, up_at, heard_at, stopped AS is_stopped FROM outbox_progress";
    const row = this.sql.rows<Pick<Progress, "acked" | "isStopped"> & Acknowledger>(sql).get();
    if (row === undefined) throw new Error("the table outbox_progress is empty");
    const { acked, isStopped, ...by } = row;
    return { acked, by, isStopped };
  }

  /** Writes the progress and adds to the counts, inside a transaction. `waiting` includes newly accepted rows. */
  note({ acked, by, isStopped }: Progress, waiting: Weight, parked: Weight): void {
    this.sql.run(
      `UPDATE outbox_progress SET ${COUNT}, acked = ?, peer = ?, up_at = ?, heard_at = ?, stopped = ?,
        counted = (SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'outbox')`,
      ...[waiting.stanzas, waiting.bytes, parked.stanzas, parked.bytes],
      ...[acked, by.peer, by.upAt, by.heardAt, isStopped],
    );
  }

  /** Subtracts the weight of a waiting or parked row. */
  remove(rowId: number, { stanzas, bytes }: Weight, isParked: boolean): void {
    const change = isParked ? [0, 0, -stanzas, -bytes] : [-stanzas, -bytes, 0, 0];
    this.sql.run(`UPDATE outbox_progress SET ${COUNT} WHERE counted > ?`, ...change, rowId);
  }

  /** Returns the counts, without rows accepted since the last call of note(). */
  counted(): Waiting {
    const count = (state: string): Weight =>
      this.sql
        .rows<Weight>(`SELECT ${state}_stanzas AS stanzas, ${state}_bytes AS bytes FROM outbox_progress`)
        .get() ?? NOTHING;
    return { waiting: count("waiting"), parked: count("parked") };
  }
}

export const NOTHING: Weight = { stanzas: 0, bytes: 0 };

export function plus(a: Weight, b: Weight): Weight {
  return { stanzas: a.stanzas + b.stanzas, bytes: a.bytes + b.bytes };
}

export function minus(a: Weight, b: Weight): Weight {
  return { stanzas: a.stanzas - b.stanzas, bytes: a.bytes - b.bytes };
}
