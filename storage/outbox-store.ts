/** Stores the outbox's rows: accepted stanzas, in the order in which they are sent to the server. */
import { endWork } from "./accepted-work.js";
import { sqliteFaultText, type Database } from "./database.js";
import { Fingerprints } from "./fingerprints.js";
import { rowBytes, minus, piecesOf, type NewRow, type Row, type Weight } from "./outbox-row.js";
import { Store } from "./sql.js";

/** The server that acknowledged the outbox: columns of the table `outbox_progress`. */
export interface Acknowledger {
  readonly peer: string | undefined;
  readonly upAt: number;
  readonly heardAt: number;
}

/** How far the server has acknowledged the outbox. */
export interface AckProgress {
  readonly acked: number;
  readonly by: Acknowledger;
  readonly isStopped: boolean;
}

/** The state when the process starts. */
export interface Beginning extends AckProgress {
  /** The first stored row, except parked ones. */
  readonly kept: number;
  /** Whether acknowledged rows that were parked are still stored. */
  readonly keepsParked: boolean;
}

/** How much is unacknowledged. A row counts in full until all its stanzas are acknowledged. */
export interface OutboxStates {
  readonly waiting: Weight;
  /** Rows that wait until their host allows a send mode. */
  readonly parked: Weight;
}

export interface Added<T extends string = string> {
  readonly rows: readonly Row<T>[];
  /** For each row left out as a repeat, the earlier row's id; 0: a message in a room, which has no row. */
  readonly repeated: readonly number[];
}

/** Why a row isn't sent: it is parked, or a dead letter. */
export type RowObstacle = "parked" | { readonly id: number; readonly reason: string };

/** A row is parked, after `done` of its stanzas were acknowledged; or a parked row is acknowledged. */
export interface RowChange {
  readonly rowId: number;
  readonly parked?: true;
  readonly done?: number;
  /** In milliseconds since 1970. */
  readonly ackedAt?: number;
}

const WEIGHT = `SELECT coalesce(sum(stanzas), 0) AS stanzas,
  coalesce(sum(octet_length(stanza) + coalesce(octet_length(recipients), 0)), 0) AS bytes FROM outbox`;

/** Selects rows. In the first row of a call, `call` is null: its id isn't known before the row is inserted. */
export const ROW = `SELECT row_id, accepted_at, expires_at, stanza, stanzas, recipients, receiver, kind, sender,
  coalesce(call, row_id) AS call, mode, copied AS is_copied, parked AS is_parked, done FROM outbox`;

const BETWEEN = "WHERE row_id >= ? AND row_id < ? AND parked = 0";
const PARKED = "WHERE parked = 1 AND acked_at <= ?";

export class OutboxStore extends Store {
  readonly #insert;
  readonly #parked = this.sql.rows<Row>(
    `${ROW} WHERE parked = 1 AND acked_at IS NULL AND row_id >= ? AND row_id < ? ORDER BY row_id LIMIT ?`,
  );
  readonly #later = this.sql.rows<Row>(
    `${ROW} WHERE row_id >= ? AND acked_at IS NULL ORDER BY row_id LIMIT ?`,
  );

  constructor(
    db: Database,
    readonly fingerprints = new Fingerprints(db),
  ) {
    super(db);
    this.#insert = db.prepare<(number | string | null)[]>(
      `INSERT INTO outbox (accepted_at, expires_at, stanza, recipients, receiver, stanzas, kind, sender, call, mode, copied)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  /** Reads the state when the process starts. @throws SqliteError if the database can't be read */
  begin(): Beginning {
    const progress = this.#progress;
    const sql = "SELECT row_id FROM outbox WHERE parked = 0 ORDER BY row_id LIMIT 1";
    const kept = Math.min(progress.acked, this.sql.values<number>(sql).get() ?? progress.acked);
    return {
      ...progress,
      kept,
      keepsParked: this.sql.from<[]>("outbox WHERE parked = 1 AND acked_at IS NOT NULL").some(),
    };
  }

  /** Adds a call's rows, except repeats of earlier rows; inside a transaction. */
  add<T extends string>(rows: readonly NewRow<T>[]): Added<T> {
    const added: { rows: Row<T>[]; repeated: number[] } = { rows: [], repeated: [] };
    for (const row of rows) {
      const known = this.#find(row);
      if (known === undefined) this.#store(row, added.rows);
      else added.repeated.push(known);
    }
    return added;
  }

  /** Returns the ids of the earlier rows that `rows` repeat; undefined if a row of `rows` isn't a repeat. */
  repeatedBy(rows: readonly NewRow[]): number[] | undefined {
    const known = rows.map((row) => this.#find(row)).filter((rowId) => rowId !== undefined);
    return known.length === rows.length ? known : undefined;
  }

  /** Returns why a row isn't sent; undefined if it waits or was sent. */
  obstacleTo(rowId: number): RowObstacle | undefined {
    const sql = "SELECT id, reason FROM dead_letters WHERE row_id = ? LIMIT 1";
    const letter = this.sql.rows<{ id: number; reason: string }>(sql).get(rowId);
    const isParked = this.sql.from("outbox WHERE row_id = ? AND parked = 1 AND acked_at IS NULL").some(rowId);
    return letter ?? (isParked ? "parked" : undefined);
  }

  next(): number {
    const last = this.sql.values<number>("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'");
    return (last.get() ?? 0) + 1;
  }

  /**
   * Returns unacknowledged rows from `rowId` on: parked ones before the ack position `acked` or, if there are none, all from
   * there on (parked ones, too, in a database of version 1). Returns the first even if it exceeds the limits.
   */
  from(
    rowId: number,
    acked: number,
    { rows, bytes }: { readonly rows: number; readonly bytes: number },
  ): Row[] {
    const parked = rowId < acked ? upTo(bytes, this.#parked.iterate(rowId, acked, rows)) : [];
    return parked.length > 0 ? parked : upTo(bytes, this.#later.iterate(Math.max(rowId, acked), rows));
  }

  /** Returns some unacknowledged parked rows that have expired. */
  readonly expiredParked = this.sql.rows<Row, [now: number, most: number]>(
    `${ROW} WHERE parked = 1 AND acked_at IS NULL AND expires_at IS NOT NULL
      AND expires_at <= ? LIMIT ?`,
  ).all;

  /** Writes the progress, and changes of parked rows, inside a transaction. */
  note(progress: AckProgress, changes: readonly RowChange[]): void {
    for (const { rowId, ...change } of changes) this.sql.update("outbox", { rowId }, change);
    this.#setProgress(progress);
  }

  /** Deletes acknowledged rows, from `from` to before `to`, inside a transaction. */
  readonly prune = endWork<[from: number, to: number]>(this.sql, "acknowledged", BETWEEN).run;

  /** Deletes parked rows acknowledged up to `until`, in milliseconds since 1970, inside a transaction. */
  readonly pruneParked = endWork<[until: number]>(this.sql, "acknowledged", PARKED).run;

  /**
   * Makes all rows from `kept` on, and acknowledged parked rows, wait again; after note().
   * @returns the changes of both weights
   */
  replay(kept: number, progress: AckProgress): OutboxStates {
    return this.now(() => {
      const range = "row_id >= $kept AND row_id < $acked";
      const values = { kept, acked: progress.acked };
      const waiting = this.#weigh(range, values);
      const parked = this.#weigh(`${range} AND parked = 1 AND acked_at IS NULL`, values);
      const early = this.#weigh("row_id < $kept AND parked = 1 AND acked_at IS NOT NULL", { kept });
      const inOrder = "SET parked = 0, acked_at = NULL, done = 0 WHERE parked = 1 AND row_id >= ?";
      this.sql.run(`UPDATE outbox ${inOrder}`, kept);
      this.sql.run("UPDATE outbox SET acked_at = NULL WHERE parked = 1 AND acked_at IS NOT NULL");
      this.#setProgress({ ...progress, acked: kept });
      return { waiting, parked: minus(early, parked) };
    });
  }

  /** Whether rows of a call are unacknowledged. @param call the first row's id @param acked the first row that waits */
  isWaiting(call: number, acked?: number): boolean {
    const { waiting, parked } = this.statesOf({ first: call, last: this.#lastOf(call) }, acked);
    return waiting.stanzas + parked.stanzas > 0;
  }

  /** Returns the weight of waiting and parked rows from `first` to `last`. */
  statesOf(
    { first, last }: { readonly first: number; readonly last: number },
    acked = this.#progress.acked,
  ): OutboxStates {
    const range = "row_id >= $first AND row_id <= $last";
    return {
      waiting: this.#weigh(`${range} AND row_id >= $acked AND parked = 0`, { first, last, acked }),
      parked: this.#weigh(`${range} AND parked = 1 AND acked_at IS NULL`, { first, last }),
    };
  }

  /** Returns a call's waiting and parked rows. The parameters are those of isWaiting(). */
  waitingOf(call: number, acked: number): Row[] {
    const sql = `${ROW} WHERE row_id >= ? AND row_id <= ? AND iif(parked, acked_at IS NULL, row_id >= ?) ORDER BY row_id`;
    return this.sql.rows<Row>(sql).all(call, this.#lastOf(call), acked);
  }

  /** Reads all waiting and parked rows; Outbox.states counts them in memory. */
  states(): OutboxStates {
    return this.statesOf({ first: 0, last: Number.MAX_SAFE_INTEGER });
  }

  /** When the oldest waiting or parked row was accepted, in milliseconds since 1970; undefined if there is none. */
  oldest(): number | undefined {
    const first = (which: string): string =>
      `SELECT at FROM (SELECT accepted_at AS at FROM outbox WHERE ${which} ORDER BY row_id LIMIT 1)`;
    const [waiting, parked] = [first("row_id >= ? AND parked = 0"), first("parked = 1 AND acked_at IS NULL")];
    const oldest = this.sql.values<number>(`SELECT min(at) FROM (${waiting} UNION ALL ${parked})`);
    return oldest.get(this.#progress.acked);
  }

  /** Explains an error of the database to operators, and what to do. */
  explain(error: unknown): string {
    return sqliteFaultText(error, this.db.name);
  }

  #lastOf(call: number): number {
    const next =
      "SELECT row_id FROM outbox WHERE row_id > ? AND (call IS NULL OR call <> ?) ORDER BY row_id LIMIT 1";
    return (this.sql.values<number>(next).get(call, call) ?? Infinity) - 1;
  }

  #weigh(which: string, values: Readonly<Record<string, number>>): Weight {
    return this.sql.rows<Weight>(`${WEIGHT} WHERE ${which}`).get(values) ?? { stanzas: 0, bytes: 0 };
  }

  get #progress(): AckProgress {
    const sql = "SELECT acked, peer, up_at, heard_at, stopped AS is_stopped FROM outbox_progress";
    const row = this.sql.rows<Omit<AckProgress, "by"> & Acknowledger>(sql).get();
    if (row === undefined) throw new Error("the table outbox_progress is empty");
    const { acked, isStopped, ...by } = row;
    return { acked, by, isStopped };
  }

  #setProgress({ acked, by, isStopped: stopped }: AckProgress): void {
    this.sql.update("outbox_progress", { one: 1 }, { acked, ...by, stopped });
  }

  #find({ fingerprint, acceptedAt }: NewRow): number | undefined {
    return fingerprint && this.fingerprints.find(fingerprint, acceptedAt);
  }

  #store<T extends string>(row: NewRow<T>, stored: Row<T>[]): void {
    const { stanza, acceptedAt, expiresAt, fingerprint, kind, sender, mode, isCopied = false } = row;
    const receiver = row.recipients === undefined ? row.receiver : undefined;
    for (const { recipients, stanzas } of piecesOf(row)) {
      const before = stored[0]?.rowId;
      // Values and the object below are spelt out: spreading arrays and objects takes longer than all else here.
      const { lastInsertRowid } = this.#insert.run(
        acceptedAt,
        expiresAt ?? null,
        stanza,
        recipients ?? null,
        receiver ?? null,
        stanzas,
        kind,
        sender,
        before ?? null,
        mode ?? null,
        Number(isCopied),
      );
      const rowId = Number(lastInsertRowid);
      stored.push({
        rowId,
        call: before ?? rowId,
        stanza,
        stanzas,
        acceptedAt,
        expiresAt,
        kind,
        sender,
        receiver,
        recipients,
        mode,
        isCopied,
        isParked: false,
        done: 0,
      });
    }
    // The repeat is confirmed together with the last part.
    const last = stored.at(-1);
    if (fingerprint !== undefined && last !== undefined)
      this.fingerprints.remember(fingerprint, acceptedAt, last.rowId);
  }
}

/** Returns the rows up to the one with which their size reaches `mostBytes`. */
function upTo(mostBytes: number, all: Iterable<Row>): Row[] {
  const rows: Row[] = [];
  let bytes = 0;
  for (const row of all) {
    rows.push(row);
    bytes += rowBytes(row);
    if (bytes >= mostBytes) break;
  }
  return rows;
}
