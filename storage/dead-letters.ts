/** Stanzas that make the server close the stream, or would, set aside for a person to look at. */
import type { Database } from "./database.js";

export interface DeadLetter {
  readonly id: number;
  /** Milliseconds since 1970, as diedAt. */
  readonly acceptedAt: number;
  readonly diedAt: number;
  /** Complete, with its `to`. */
  readonly stanza: string;
  /** The stream error, or how else the stream ended; or why it wasn't written. */
  readonly reason: string;
  /** Its row in the outbox; undefined in those of earlier versions. */
  readonly seq?: number | undefined;
}

/** One that is no more. */
export interface GoneLetter extends Pick<DeadLetter, "id" | "diedAt" | "reason"> {
  /** Milliseconds since 1970. */
  readonly goneAt: number;
  readonly how: "dropped" | "retried";
}

export type NewLetter = Omit<DeadLetter, "id">;

interface RawLetter {
  id: number;
  accepted_at: number;
  died_at: number;
  stanza: string;
  reason: string;
  seq: number | null;
}

export class DeadLetters {
  readonly #db: Database;
  readonly #insert;
  readonly #drop;
  readonly #first;

  constructor(db: Database) {
    this.#db = db;
    this.#insert = db.prepare<[number, number, string, string, number | null]>(
      "INSERT INTO dead_letters (accepted_at, died_at, stanza, reason, seq) VALUES (?, ?, ?, ?, ?)",
    );
    this.#drop = db.prepare<[number]>("DELETE FROM dead_letters WHERE id = ?");
    this.#first = db.prepare<[], { id: number }>("SELECT id FROM dead_letters LIMIT 1");
  }

  get isEmpty(): boolean {
    return this.#first.get() === undefined;
  }

  /**
   * Sets stanzas aside.
   * @param also takes them out of the outbox, in the same transaction
   */
  add(letters: readonly NewLetter[], also: () => void): void {
    this.#db
      .transaction(() => {
        for (const { acceptedAt, diedAt, stanza, reason, seq = null } of letters)
          this.#insert.run(acceptedAt, diedAt, stanza, reason, seq);
        also();
      })
      .immediate();
  }

  /** Whether one of them holds this text, such as a stanza's id. */
  mentions(text: string): boolean {
    if (this.isEmpty) return false;
    const sql = "SELECT EXISTS (SELECT 1 FROM dead_letters WHERE instr(stanza, ?) > 0)";
    return this.#db.prepare<[string], number>(sql).pluck().get(text) === 1;
  }

  get count(): number {
    return this.#db.prepare<[], number>("SELECT count(*) FROM dead_letters").pluck().get() ?? 0;
  }

  list(): DeadLetter[] {
    return this.#db.prepare<[], RawLetter>("SELECT * FROM dead_letters ORDER BY id").all().map(letter);
  }

  /** So many after this one. */
  listAfter(id: number, limit: number): DeadLetter[] {
    const sql = "SELECT * FROM dead_letters WHERE id > ? ORDER BY id LIMIT ?";
    return this.#db.prepare<[number, number], RawLetter>(sql).all(id, limit).map(letter);
  }

  /**
   * Puts a dead letter back at the outbox's end, and notes that as one more call of its request; false where there is
   * no such letter.
   */
  retry(id: number): boolean {
    return this.#db.transaction(() => this.#requeue(id) && this.#remove(id, "retried")).immediate();
  }

  #requeue(id: number): boolean {
    const insert =
      "INSERT INTO outbox (accepted_at, stanza) SELECT accepted_at, stanza FROM dead_letters WHERE id = ?";
    const { changes, lastInsertRowid } = this.#db.prepare<[number]>(insert).run(id);
    const note = `INSERT INTO calls (request, caller, accepted_at, stanzas, first, last)
      SELECT request, 'outbox retry', @now, 1, @row, @row FROM calls, dead_letters
        WHERE dead_letters.id = @id AND seq BETWEEN first AND last ORDER BY calls.id DESC LIMIT 1`;
    if (changes > 0) this.#db.prepare(note).run({ now: Date.now(), row: lastInsertRowid, id });
    return changes > 0;
  }

  /** Deletes a dead letter for good; false where there is no such letter. */
  drop(id: number): boolean {
    return this.#db.transaction(() => this.#remove(id, "dropped")).immediate();
  }

  /** Those of these rows of the outbox that are no more, as far as their calls are remembered. */
  gone({ first, last }: { readonly first: number; readonly last: number }): GoneLetter[] {
    const sql = `SELECT letter AS id, died_at AS diedAt, reason, gone_at AS goneAt, how FROM gone_letters
      WHERE seq BETWEEN ? AND ? ORDER BY gone_at`;
    return this.#db.prepare<[number, number], GoneLetter>(sql).all(first, last);
  }

  #remove(id: number, how: GoneLetter["how"]): boolean {
    const note = `INSERT INTO gone_letters (letter, seq, died_at, reason, gone_at, how)
      SELECT id, seq, died_at, reason, @now, @how FROM dead_letters
        WHERE id = @id AND EXISTS (SELECT 1 FROM calls WHERE seq BETWEEN first AND last)`;
    this.#db.prepare(note).run({ now: Date.now(), how, id });
    return this.#drop.run(id).changes > 0;
  }
}

function letter({ id, accepted_at, died_at, stanza, reason, seq }: RawLetter): DeadLetter {
  return { id, acceptedAt: accepted_at, diedAt: died_at, stanza, reason, seq: seq ?? undefined };
}
