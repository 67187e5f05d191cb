/** Stores dead letters: stanzas that can't be sent, until an operator drops or retries them. */
import { endWork } from "./accepted-work.js";
import { HookMessages } from "./hook-messages.js";
import type { Row } from "./outbox-row.js";
import { ROW } from "./outbox-store.js";
import { Store } from "./sql.js";

/** A row of the table `dead_letters`: all or part of a row of the outbox. */
export interface DeadLetter extends Pick<Row, "acceptedAt" | "stanza" | "recipients" | "stanzas" | "rowId"> {
  readonly id: number;
  readonly diedAt: number;
  readonly bytes: number;
  readonly reason: string;
}

/** A row of the table `handled_letters`: a former dead letter. */
export interface HandledLetter extends Pick<DeadLetter, "id" | "diedAt" | "reason"> {
  readonly handledAt: number;
  readonly how: "dropped" | "retried";
}

const COLUMNS = "accepted_at, stanza, recipients, receiver, stanzas, kind, sender, mode, copied";

const SELECT = `SELECT id, accepted_at, died_at, stanza, recipients, stanzas, octet_length(stanza) AS bytes, reason, row_id
  FROM dead_letters`;

export class DeadLetters extends Store {
  readonly #messages = new HookMessages(this.db);
  readonly #buried = endWork<[rowId: number]>(this.sql, "dead letter", "WHERE row_id = ?").run;
  readonly #handled = endWork<[id: number]>(this.sql, "dead letter handled", "WHERE id = ?").some;
  readonly #after = this.sql.rows<DeadLetter, [id: number, limit: number]>(
    `${SELECT} WHERE id > ? ORDER BY id LIMIT ?`,
  );

  get count(): number {
    return this.sql.from<[]>("dead_letters").count();
  }

  /** Moves `dead`, all or part of a row, to the dead letters; the rest (`left`) stays. */
  add({ rowId, call }: Row, dead: Row, left: Row | undefined, reason: string): void {
    const move = `INSERT INTO dead_letters (${COLUMNS}, died_at, reason, row_id, call)
      SELECT ${COLUMNS}, ?, ?, row_id, ? FROM outbox WHERE row_id = ?`;
    this.now(() => {
      const { lastInsertRowid } = this.sql.run(move, Date.now(), reason, call, rowId);
      this.sql.update("dead_letters", { id: lastInsertRowid }, contentOf(dead));
      if (left === undefined) this.#buried(rowId);
      else this.sql.update("outbox", { rowId }, contentOf(left));
      this.#messages.died(call, reason);
    });
  }

  readonly has = this.sql.from<[call: number]>("dead_letters WHERE call = ?").some;

  list(): DeadLetter[] {
    return this.#after.all(0, -1);
  }

  /** Returns the dead letters of rows, both ends included. */
  ofRows({ first, last }: { readonly first: number; readonly last: number }): DeadLetter[] {
    return this.sql.rows<DeadLetter>(`${SELECT} WHERE row_id BETWEEN ? AND ? ORDER BY id`).all(first, last);
  }

  /** Returns at most `limit` dead letters with ids above `id`, fewer if their stanzas would exceed `bytes`, but at least one. */
  page(id: number, limit: number, bytes: number): DeadLetter[] {
    const found: DeadLetter[] = [];
    let size = 0;
    for (const letter of this.#after.iterate(id, limit)) {
      size += letter.bytes;
      if (found.length > 0 && size > bytes) break;
      found.push(letter);
    }
    return found;
  }

  readonly hasAfter = this.sql.from<[id: number]>("dead_letters WHERE id > ?").some;

  /** Returns a dead letter; undefined if unknown. */
  readonly find = this.sql.rows<DeadLetter, [id: number]>(`${SELECT} WHERE id = ?`).get;

  /**
   * Puts a dead letter back at the end of the outbox, and logs it as a call with its request id.
   * @returns the new row, which the running outbox must be given at the commit (Outbox.requeued); undefined if unknown
   */
  retry(id: number): Row | undefined {
    return this.now(() => {
      const row = this.#requeue(id);
      if (row !== undefined) this.#remove(id, "retried");
      return row;
    });
  }

  /** Deletes a dead letter and its fingerprint, so that a caller may send the stanza again; false if unknown. */
  drop(id: number): boolean {
    return this.now(() => {
      this.sql.run("DELETE FROM accepted WHERE row_id = (SELECT row_id FROM dead_letters WHERE id = ?)", id);
      const call = this.#callOf(id);
      if (call !== undefined) this.#messages.dropped(call);
      return this.#remove(id, "dropped");
    });
  }

  /** Returns the former dead letters of these rows; none if the log of calls no longer has their call. */
  handled({ first, last }: { readonly first: number; readonly last: number }): HandledLetter[] {
    const sql = `SELECT letter AS id, died_at, reason, handled_at, how FROM handled_letters
      WHERE row_id BETWEEN ? AND ? ORDER BY handled_at`;
    return this.sql.rows<HandledLetter>(sql).all(first, last);
  }

  #requeue(id: number): Row | undefined {
    const insert = `INSERT INTO outbox (${COLUMNS}) SELECT ${COLUMNS} FROM dead_letters WHERE id = ?`;
    const { changes, lastInsertRowid: row } = this.sql.run(insert, id);
    if (changes === 0) return undefined;
    const note = `INSERT INTO calls (request, caller, accepted_at, stanzas, first, last)
      SELECT request, 'outbox retry', @now, dead_letters.stanzas, @row, @row FROM calls, dead_letters
        WHERE dead_letters.id = @id AND row_id BETWEEN first AND last ORDER BY calls.id DESC LIMIT 1`;
    this.sql.run(note, { now: Date.now(), row, id });
    const follow =
      "UPDATE accepted SET row_id = ? WHERE row_id = (SELECT row_id FROM dead_letters WHERE id = ?)";
    this.sql.run(follow, row, id);
    const call = this.#callOf(id);
    const isLast = !this.sql.from("dead_letters WHERE call = ? AND id <> ?").some(call, id);
    if (call !== undefined && isLast) this.#messages.revived(call, Number(row));
    return this.sql.rows<Row>(`${ROW} WHERE row_id = ?`).get(Number(row));
  }

  #callOf(id: number): number | undefined {
    return this.sql.values<number>("SELECT call FROM dead_letters WHERE id = ?").get(id);
  }

  /** Deletes a dead letter, and records this if its call is still in the log of calls. */
  #remove(id: number, how: HandledLetter["how"]): boolean {
    const note = `INSERT INTO handled_letters (letter, row_id, died_at, reason, handled_at, how)
      SELECT id, row_id, died_at, reason, @now, @how FROM dead_letters
        WHERE id = @id AND EXISTS (SELECT 1 FROM calls WHERE row_id BETWEEN first AND last)`;
    this.sql.run(note, { now: Date.now(), how, id });
    return this.#handled(id);
  }
}

function contentOf({ stanza, stanzas, recipients, receiver, isCopied: copied }: Row) {
  return { stanza, stanzas, recipients, receiver, copied };
}
