/** Dead letters: stanzas that the server rejects by closing the stream, for an operator to look at. */
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
  /** How many stanzas it makes on the stream. */
  readonly stanzas: number;
  /** Of the stanza, on the wire. */
  readonly bytes: number;
  /** The stream error, or how else the stream ended. */
  readonly reason: string;
  /** Its row in the outbox. */
  readonly seq: number;
}

/** One that is no more. */
export interface GoneLetter extends Pick<DeadLetter, "id" | "diedAt" | "reason"> {
  /** Milliseconds since 1970. */
  readonly goneAt: number;
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
   * A row of the outbox becomes a dead letter, or one of its stanzas does.
   * @param dead what of the row the letter holds
   * @param left what of it is left in the outbox, if anything
   * @returns how much less waits
   */
  add(row: Row, dead: Row, left: Row | undefined, reason: string): Weight {
    return this.#now(() => {
      const { acceptedAt, stanza, recipients, receiver, stanzas, kind, sender, mode, isCopied } = dead;
      this.#sql.run(
        `INSERT INTO dead_letters (${COLUMNS}, died_at, reason, seq, call) VALUES (${Array(13).fill("?").join()})`,
        ...[acceptedAt, stanza, recipients, receiver, stanzas, kind, sender, mode, isCopied],
        ...[Date.now(), reason, row.seq, row.call],
      );
      const lost = minus(weightOfRows([row]), left === undefined ? NOTHING : weightOfRows([left]));
      if (left === undefined) this.#sql.run("DELETE FROM outbox WHERE seq = ?", row.seq);
      else
        this.#sql.run(
          "UPDATE outbox SET stanza = ?, recipients = ?, stanzas = ?, copied = ? WHERE seq = ?",
          ...[left.stanza, left.recipients, left.stanzas, left.isCopied, row.seq],
        );
      this.#progress.remove(row.seq, lost, row.isParked);
      return lost;
    });
  }

  /** Whether a stanza of this call is a dead letter already. @param call the first of its rows */
  has(call: number): boolean {
    return this.#sql.has("dead_letters WHERE call = ?", call);
  }

  /**
   * All that waits of a call becomes dead letters.
   * @param rows those of it that wait
   */
  addAll(rows: readonly Row[], reason: string): void {
    this.#now(() => {
      const move = `INSERT INTO dead_letters (${COLUMNS}, died_at, reason, seq, call)
        SELECT ${COLUMNS}, ?, ?, seq, ? FROM outbox WHERE seq = ?`;
      for (const row of rows) {
        this.#sql.run(move, Date.now(), reason, row.call, row.seq);
        this.#sql.run("DELETE FROM outbox WHERE seq = ?", row.seq);
        this.#progress.remove(row.seq, weightOfRows([row]), row.isParked);
      }
    });
  }

  /** Whether one of them contains this text, such as a stanza's id. */
  mentions(text: string): boolean {
    return this.#sql.has("dead_letters WHERE instr(stanza, ?) > 0", text);
  }

  list(): DeadLetter[] {
    return this.listAfter(0, -1);
  }

  /** So many after this one; -1: all. */
  listAfter(id: number, limit: number): DeadLetter[] {
    const sql = `SELECT id, accepted_at, died_at, stanza, recipients, stanzas, octet_length(stanza) AS bytes, reason, seq
      FROM dead_letters WHERE id > ? ORDER BY id LIMIT ?`;
    return this.#sql.rows<DeadLetter>(sql).all(id, limit);
  }

  /**
   * Puts a dead letter back at the outbox's end, and notes that as one more call of its request; false if there is no such
   * letter.
   */
  retry(id: number): boolean {
    return this.#now(() => this.#requeue(id) && this.#remove(id, "retried"));
  }

  /** Deletes a dead letter for good, so a repeat of its call is a new one; false if there is no such letter. */
  drop(id: number): boolean {
    const forget = "DELETE FROM accepted WHERE seq = (SELECT seq FROM dead_letters WHERE id = ?)";
    return this.#now(() => {
      this.#sql.run(forget, id);
      return this.#remove(id, "dropped");
    });
  }

  /** Those of these rows of the outbox that were dropped or retried, as far as their calls are remembered. */
  gone({ first, last }: { readonly first: number; readonly last: number }): GoneLetter[] {
    const sql = `SELECT letter AS id, died_at, reason, gone_at, how FROM gone_letters
      WHERE seq BETWEEN ? AND ? ORDER BY gone_at`;
    return this.#sql.rows<GoneLetter>(sql).all(first, last);
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
        WHERE dead_letters.id = @id AND seq BETWEEN first AND last ORDER BY calls.id DESC LIMIT 1`;
    this.#sql.run(note, { now: Date.now(), row, id });
    const follow = "UPDATE accepted SET seq = @row WHERE seq = (SELECT seq FROM dead_letters WHERE id = @id)";
    this.#sql.run(follow, { row, id });
    return true;
  }

  #remove(id: number, how: GoneLetter["how"]): boolean {
    const note = `INSERT INTO gone_letters (letter, seq, died_at, reason, gone_at, how)
      SELECT id, seq, died_at, reason, @now, @how FROM dead_letters
        WHERE id = @id AND EXISTS (SELECT 1 FROM calls WHERE seq BETWEEN first AND last)`;
    this.#sql.run(note, { now: Date.now(), how, id });
    return this.#sql.changes("DELETE FROM dead_letters WHERE id = ?", id) > 0;
  }
}
