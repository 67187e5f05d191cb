/** Dead letters: stanzas that the server rejects by closing the stream, for an operator to look at. */
import type { Database } from "./database.js";
import { minus, NOTHING, OutboxProgress } from "./outbox-progress.js";
import { weightOfRows, type Row, type Weight } from "./outbox-row.js";

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

interface RawLetter {
  id: number;
  accepted_at: number;
  died_at: number;
  stanza: string;
  recipients: string | null;
  stanzas: number;
  reason: string;
  seq: number;
}

const COLUMNS = "accepted_at, stanza, recipients, receiver, stanzas, kind, sender, mode, copied";

export class DeadLetters {
  readonly #db: Database;
  readonly #progress: OutboxProgress;
  readonly #drop;

  constructor(db: Database) {
    this.#db = db;
    this.#progress = new OutboxProgress(db);
    this.#drop = db.prepare<[number]>("DELETE FROM dead_letters WHERE id = ?");
  }

  get isEmpty(): boolean {
    return this.#db.prepare("SELECT 1 FROM dead_letters LIMIT 1").get() === undefined;
  }

  get count(): number {
    return this.#db.prepare<[], number>("SELECT count(*) FROM dead_letters").pluck().get() ?? 0;
  }

  /**
   * A row of the outbox becomes a dead letter, or one of its stanzas does.
   * @param dead what of the row the letter holds
   * @param left what of it is left in the outbox, if anything
   * @returns how much less waits
   */
  add(row: Row, dead: Row, left: Row | undefined, reason: string): Weight {
    return this.#db
      .transaction(() => {
        const {
          acceptedAt,
          stanza,
          recipients = null,
          receiver = null,
          stanzas,
          kind,
          sender,
          mode = null,
        } = dead;
        this.#db
          .prepare<(string | number | null)[]>(
            `INSERT INTO dead_letters (${COLUMNS}, died_at, reason, seq, call) VALUES (${Array(13).fill("?").join()})`,
          )
          .run(
            ...[acceptedAt, stanza, recipients, receiver, stanzas, kind, sender, mode, Number(dead.isCopied)],
            ...[Date.now(), reason, row.seq, row.call],
          );
        const lost = minus(weightOfRows([row]), left === undefined ? NOTHING : weightOfRows([left]));
        if (left === undefined) this.#db.prepare<[number]>("DELETE FROM outbox WHERE seq = ?").run(row.seq);
        else
          this.#db
            .prepare<[string, string | null, number, number, number]>(
              "UPDATE outbox SET stanza = ?, recipients = ?, stanzas = ?, copied = ? WHERE seq = ?",
            )
            .run(left.stanza, left.recipients ?? null, left.stanzas, Number(left.isCopied), row.seq);
        this.#count(lost, row.isParked);
        return lost;
      })
      .immediate();
  }

  /** Whether a stanza of this call is a dead letter already. @param call the first of its rows */
  has(call: number): boolean {
    return (
      this.#db.prepare<[number]>("SELECT 1 FROM dead_letters WHERE call = ? LIMIT 1").get(call) !== undefined
    );
  }

  /**
   * All that waits of a call becomes dead letters.
   * @param rows those of it that wait
   */
  addAll(rows: readonly Row[], reason: string): void {
    this.#db
      .transaction(() => {
        const move = this.#db.prepare<[number, string, number, number]>(
          `INSERT INTO dead_letters (${COLUMNS}, died_at, reason, seq, call)
            SELECT ${COLUMNS}, ?, ?, seq, ? FROM outbox WHERE seq = ?`,
        );
        const remove = this.#db.prepare<[number]>("DELETE FROM outbox WHERE seq = ?");
        for (const { seq, call } of rows) {
          move.run(Date.now(), reason, call, seq);
          remove.run(seq);
        }
        for (const isParked of [true, false])
          this.#count(weightOfRows(rows.filter((row) => row.isParked === isParked)), isParked);
      })
      .immediate();
  }

  /** Whether one of them holds this text, such as a stanza's id. */
  mentions(text: string): boolean {
    if (this.isEmpty) return false;
    const sql = "SELECT EXISTS (SELECT 1 FROM dead_letters WHERE instr(stanza, ?) > 0)";
    return this.#db.prepare<[string], number>(sql).pluck().get(text) === 1;
  }

  list(): DeadLetter[] {
    return this.listAfter(0, -1);
  }

  /** So many after this one; -1: all. */
  listAfter(id: number, limit: number): DeadLetter[] {
    const sql = "SELECT * FROM dead_letters WHERE id > ? ORDER BY id LIMIT ?";
    return this.#db.prepare<[number, number], RawLetter>(sql).all(id, limit).map(letter);
  }

  /**
   * Puts a dead letter back at the outbox's end, and notes that as one more call of its request; false if there is no such
   * letter.
   */
  retry(id: number): boolean {
    return this.#db.transaction(() => this.#requeue(id) && this.#remove(id, "retried")).immediate();
  }

  /** Deletes a dead letter for good; false if there is no such letter. */
  drop(id: number): boolean {
    return this.#db.transaction(() => this.#remove(id, "dropped")).immediate();
  }

  /** Those of these rows of the outbox that are no more, as far as their calls are remembered. */
  gone({ first, last }: { readonly first: number; readonly last: number }): GoneLetter[] {
    const sql = `SELECT letter AS id, died_at AS diedAt, reason, gone_at AS goneAt, how FROM gone_letters
      WHERE seq BETWEEN ? AND ? ORDER BY gone_at`;
    return this.#db.prepare<[number, number], GoneLetter>(sql).all(first, last);
  }

  #count(lost: Weight, isParked: boolean): void {
    const less = minus(NOTHING, lost);
    this.#progress.count(isParked ? NOTHING : less, isParked ? less : NOTHING);
  }

  #requeue(id: number): boolean {
    const insert = `INSERT INTO outbox (${COLUMNS}) SELECT ${COLUMNS} FROM dead_letters WHERE id = ?`;
    const { changes, lastInsertRowid } = this.#db.prepare<[number]>(insert).run(id);
    if (changes === 0) return false;
    const weigh = `SELECT stanzas, octet_length(stanza) + coalesce(octet_length(recipients), 0) AS bytes FROM outbox
      WHERE seq = ?`;
    const weight = this.#db.prepare<[number | bigint], Weight>(weigh).get(lastInsertRowid) ?? NOTHING;
    this.#progress.count(weight);
    const note = `INSERT INTO calls (request, caller, accepted_at, stanzas, first, last)
      SELECT request, 'outbox retry', @now, @stanzas, @row, @row FROM calls, dead_letters
        WHERE dead_letters.id = @id AND seq BETWEEN first AND last ORDER BY calls.id DESC LIMIT 1`;
    this.#db.prepare(note).run({ now: Date.now(), stanzas: weight.stanzas, row: lastInsertRowid, id });
    return true;
  }

  #remove(id: number, how: GoneLetter["how"]): boolean {
    const note = `INSERT INTO gone_letters (letter, seq, died_at, reason, gone_at, how)
      SELECT id, seq, died_at, reason, @now, @how FROM dead_letters
        WHERE id = @id AND EXISTS (SELECT 1 FROM calls WHERE seq BETWEEN first AND last)`;
    this.#db.prepare(note).run({ now: Date.now(), how, id });
    return this.#drop.run(id).changes > 0;
  }
}

function letter({
  id,
  accepted_at,
  died_at,
  stanza,
  recipients,
  stanzas,
  reason,
  seq,
}: RawLetter): DeadLetter {
  return {
    id,
    acceptedAt: accepted_at,
    diedAt: died_at,
    stanza,
    recipients: recipients ?? undefined,
    stanzas,
    bytes: Buffer.byteLength(stanza),
    reason,
    seq,
  };
}
