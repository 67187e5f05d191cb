/** Dead letters: stanzas that can't be sent, for an operator to handle. */
import type { Database } from "./database.js";
import { minus, NOTHING, OutboxProgress } from "./outbox-progress.js";
import { weightOfRows, type Row, type Weight } from "./outbox-row.js";
import { Sql } from "./sql.js";

export interface DeadLetter {
  readonly id: number;
  /** Milliseconds since 1970, as diedAt. */
  readonly acceptedAt: number;
  readonly diedAt: number;
  /** Complete, or without `to` if there are recipients; several with "\r" between two. */
  readonly stanza: string;
  /** Addresses, one a line; undefined if the stanza has its own `to`. */
  readonly recipients: string | undefined;
  /** The number of stanzas on the stream. */
  readonly stanzas: number;
  /** Of the stanza. */
  readonly bytes: number;
  /** The end of the stream, such as its error, or the limit that it exceeds. */
  readonly reason: string;
  /** Its row in the outbox. */
  readonly rowId: number;
}

/** A dead letter that was dropped or retried. */
export interface HandledLetter extends Pick<DeadLetter, "id" | "diedAt" | "reason"> {
  /** Milliseconds since 1970. */
  readonly handledAt: number;
  readonly how: "dropped" | "retried";
}

const COLUMNS = "accepted_at, stanza, recipients, receiver, stanzas, kind, sender, mode, copied";

export class DeadLetters {
  readonly #db: Database;
  readonly #sql: Sql;
  readonly #progress: OutboxProgress;

  constructor(db: Database) {
    this.#db = db;
    this.#sql = new Sql(db);
    this.#progress = new OutboxProgress(db);
  }

  get isEmpty(): boolean {
    return !this.#sql.has("dead_letters");
  }

  get count(): number {
    return this.#sql.count("dead_letters");
  }

  /**
   * Makes a row of the outbox, or one of its stanzas, a dead letter.
   * @param dead the part of the row in the letter
   * @param left the part that stays in the outbox, if there is one
   * @returns the weight that waits no more
   */
  add(row: Row, dead: Row, left: Row | undefined, reason: string): Weight {
    return this.#now(() => {
      const { acceptedAt, stanza, recipients, receiver, stanzas, kind, sender, mode, isCopied } = dead;
      this.#sql.run(
        `INSERT INTO dead_letters (${COLUMNS}, died_at, reason, row_id, call) VALUES (${Array(13).fill("?").join()})`,
        ...[acceptedAt, stanza, recipients, receiver, stanzas, kind, sender, mode, isCopied],
        ...[Date.now(), reason, row.rowId, row.call],
      );
      const lost = minus(weightOfRows([row]), left === undefined ? NOTHING : weightOfRows([left]));
      if (left === undefined) this.#sql.run("DELETE FROM outbox WHERE row_id = ?", row.rowId);
      else
        this.#sql.run(
          "UPDATE outbox SET stanza = ?, recipients = ?, stanzas = ?, copied = ? WHERE row_id = ?",
          ...[left.stanza, left.recipients, left.stanzas, left.isCopied, row.rowId],
        );
      this.#progress.remove(row.rowId, lost, row.isParked);
      return lost;
    });
  }

  /** Whether a stanza of this call is a dead letter already. @param call the first of its rows */
  has(call: number): boolean {
    return this.#sql.has("dead_letters WHERE call = ?", call);
  }

  /**
   * Makes the waiting rows of a call dead letters.
   */
  addAll(rows: readonly Row[], reason: string): void {
    this.#now(() => {
      const move = `INSERT INTO dead_letters (${COLUMNS}, died_at, reason, row_id, call)
        SELECT ${COLUMNS}, ?, ?, row_id, ? FROM outbox WHERE row_id = ?`;
      for (const row of rows) {
        this.#sql.run(move, Date.now(), reason, row.call, row.rowId);
        this.#sql.run("DELETE FROM outbox WHERE row_id = ?", row.rowId);
        this.#progress.remove(row.rowId, weightOfRows([row]), row.isParked);
      }
    });
  }

  /** Whether a dead letter contains this text, such as a stanza's id. */
  mentions(text: string): boolean {
    return this.#sql.has("dead_letters WHERE instr(stanza, ?) > 0", text);
  }

  list(): DeadLetter[] {
    return this.listAfter(0, -1);
  }

  /** At most this many after a dead letter; -1: all. */
  listAfter(id: number, limit: number): DeadLetter[] {
    const sql = `SELECT id, accepted_at, died_at, stanza, recipients, stanzas, octet_length(stanza) AS bytes, reason, row_id
      FROM dead_letters WHERE id > ? ORDER BY id LIMIT ?`;
    return this.#sql.rows<DeadLetter>(sql).all(id, limit);
  }

  /**
   * Puts a dead letter back at the outbox's end, and records that as another call of its request; false if there is no
   * such letter.
   */
  retry(id: number): boolean {
    return this.#now(() => this.#requeue(id) && this.#remove(id, "retried"));
  }

  /** Deletes a dead letter; a repeat of its call is a new call then. Returns false if there is no such letter. */
  drop(id: number): boolean {
    const forget = "DELETE FROM accepted WHERE row_id = (SELECT row_id FROM dead_letters WHERE id = ?)";
    return this.#now(() => {
      this.#sql.run(forget, id);
      return this.#remove(id, "dropped");
    });
  }

  /** The dropped and retried dead letters of these rows, as far as their calls are remembered. */
  handled({ first, last }: { readonly first: number; readonly last: number }): HandledLetter[] {
    const sql = `SELECT letter AS id, died_at, reason, handled_at, how FROM handled_letters
      WHERE row_id BETWEEN ? AND ? ORDER BY handled_at`;
    return this.#sql.rows<HandledLetter>(sql).all(first, last);
  }

  #now<T>(work: () => T): T {
    return this.#db.transaction(work).immediate();
  }

  #requeue(id: number): boolean {
    const insert = `INSERT INTO outbox (${COLUMNS}) SELECT ${COLUMNS} FROM dead_letters WHERE id = ?`;
    const { changes, lastInsertRowid: row } = this.#sql.run(insert, id);
    if (changes === 0) return false;
    const note = `INSERT INTO calls (request, caller, accepted_at, stanzas, first, last)
      SELECT request, 'outbox retry', @now, dead_letters.stanzas, @row, @row FROM calls, dead_letters
        WHERE dead_letters.id = @id AND row_id BETWEEN first AND last ORDER BY calls.id DESC LIMIT 1`;
    this.#sql.run(note, { now: Date.now(), row, id });
    const follow =
      "UPDATE accepted SET row_id = @row WHERE row_id = (SELECT row_id FROM dead_letters WHERE id = @id)";
    this.#sql.run(follow, { row, id });
    return true;
  }

  #remove(id: number, how: HandledLetter["how"]): boolean {
    const note = `INSERT INTO handled_letters (letter, row_id, died_at, reason, handled_at, how)
      SELECT id, row_id, died_at, reason, @now, @how FROM dead_letters
        WHERE id = @id AND EXISTS (SELECT 1 FROM calls WHERE row_id BETWEEN first AND last)`;
    this.#sql.run(note, { now: Date.now(), how, id });
    return this.#sql.changes("DELETE FROM dead_letters WHERE id = ?", id) > 0;
  }
}
