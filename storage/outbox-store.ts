/** The outbox's rows: what was accepted, in the order in which it goes out. */
import { explain, StorageFault, type Database } from "./database.js";
import { Fingerprints } from "./fingerprints.js";
import { OutboxProgress, type Confirmer, type Position } from "./outbox-progress.js";
import {
  bytesOf,
  piecesOf,
  type KnownRow,
  type NewRow,
  type Row,
  type StanzaKind,
  type Way,
  type Weight,
} from "./outbox-row.js";
import type { Statement } from "./sqlite.js";

export type { Position };

/** What a process finds when it begins. */
export interface Beginning {
  /** From here on everything is to be sent. */
  readonly start: Position;
  /** Before this place everything was sent before, whether it is sent again or not. */
  readonly sentBefore: Position;
  /** What lies before `start` is kept from here on. */
  readonly kept: Position;
  /** Who confirmed what is kept; undefined where nothing was ever confirmed. */
  readonly by: Confirmer | undefined;
}

interface RawRow {
  seq: number;
  accepted_at: number;
  expires_at: number | null;
  stanza: string;
  recipients: string | null;
  done: number;
  kind: StanzaKind | null;
  sender: string | null;
  call: number | null;
  stanzas: number;
  receiver: string | null;
  way: Way | null;
  copied: 0 | 1;
}

type RowsFrom = Statement<[number, number, number], RawRow>;

const START: Position = { seq: 0, done: 0 };
const END: Position = { seq: Number.MAX_SAFE_INTEGER, done: 0 };

export class OutboxStore {
  readonly #db: Database;
  readonly #insert;
  readonly fingerprints: Fingerprints;
  readonly progress: OutboxProgress;
  readonly #prune;
  readonly #quarantine;
  readonly #replace;
  readonly #remove;
  readonly #from: RowsFrom;
  readonly #quarantinedFrom: RowsFrom;
  readonly #oldest;
  readonly #last;

  constructor(db: Database, fingerprints = new Fingerprints(db)) {
    this.#db = db;
    this.fingerprints = fingerprints;
    this.#insert = db.prepare<(number | string | null)[]>(
      `INSERT INTO outbox (accepted_at, expires_at, stanza, recipients, kind, sender, call, stanzas, receiver, way, copied)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.progress = new OutboxProgress(db);
    this.#last = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").pluck();
    this.#prune = db.prepare<[number]>("DELETE FROM outbox WHERE seq < ? AND quarantined = 0");
    this.#quarantine = db.prepare<[number, number]>(
      "UPDATE outbox SET quarantined = 1, done = ? WHERE seq = ?",
    );
    this.#replace = db.prepare<(number | string | null)[]>(
      `UPDATE outbox SET stanza = ?, stanzas = ?, recipients = ?, receiver = ?, kind = ?, sender = ?, done = ?, way = ?,
        copied = ? WHERE seq = ?`,
    );
    this.#remove = db.prepare<[number]>("DELETE FROM outbox WHERE seq = ?");
    const select = (quarantined: 0 | 1): RowsFrom =>
      db.prepare(
        `SELECT * FROM outbox WHERE seq >= ? AND seq < ? AND quarantined = ${quarantined} ORDER BY seq LIMIT ?`,
      );
    this.#from = select(0);
    this.#quarantinedFrom = select(1);
    this.#oldest = db.prepare<[number], { accepted_at: number | null }>(
      `SELECT min(accepted_at) AS accepted_at FROM (
        SELECT accepted_at FROM (SELECT accepted_at FROM outbox WHERE seq >= ? ORDER BY seq LIMIT 1)
        UNION ALL SELECT accepted_at FROM (SELECT accepted_at FROM outbox WHERE quarantined = 1 ORDER BY seq LIMIT 1))`,
    );
  }

  /**
   * Adds a call's rows at the end, leaving out the repeats; to be called inside a transaction.
   * @returns the rows as stored, in order
   */
  add<T extends string>(rows: readonly NewRow<T>[]): KnownRow<T>[] {
    const stored: KnownRow<T>[] = [];
    for (const row of rows) if (!this.#isKnown(row)) this.#store(row, stored);
    return stored;
  }

  /** Whether nothing of this call would be stored: all of it was accepted before. */
  knows(rows: readonly NewRow[]): boolean {
    return rows.every((row) => this.#isKnown(row));
  }

  /** Takes away the rows below this seq that aren't in quarantine; to be called inside a transaction. */
  prune(seq: number): void {
    this.#prune.run(seq);
  }

  /**
   * From where on rows of the process before this one are sent. Those that it had put into quarantine may be no poison,
   * so they go again in their order; as what is kept lies between them, that goes again, too, where there are any.
   * @throws where the database can't be read or written
   */
  begin(): Beginning {
    return this.now(() => {
      const first = this.#db.prepare<[], Position>("SELECT seq, done FROM outbox ORDER BY seq LIMIT 1").get();
      const kept = first ?? { seq: this.next(), done: 0 };
      const { changes } = this.#db.prepare("UPDATE outbox SET quarantined = 0 WHERE quarantined = 1").run();
      const { confirmed, by } = this.progress.read() ?? { confirmed: kept };
      if (kept.seq >= confirmed.seq) return { start: confirmed, sentBefore: confirmed, kept: confirmed, by };
      if (changes === 0 || by === undefined) return { start: confirmed, sentBefore: confirmed, kept, by };
      this.progress.note({ confirmed: kept, by });
      return { start: kept, sentBefore: confirmed, kept, by };
    });
  }

  /** The seq after the newest row there ever was. */
  next(): number {
    return (this.#last.get() ?? 0) + 1;
  }

  /**
   * Rows from this position on that aren't quarantined, oldest first: at least one where there is one, at most so many rows
   * and bytes.
   */
  from(seq: number, mostRows: number, mostBytes: number, end = Number.MAX_SAFE_INTEGER): Row[] {
    return rowsOf(this.#from.iterate(seq, end, mostRows), mostBytes);
  }

  /** The same of those that are. */
  quarantinedFrom(seq: number, mostRows: number, mostBytes: number): Row[] {
    return rowsOf(this.#quarantinedFrom.iterate(seq, Number.MAX_SAFE_INTEGER, mostRows), mostBytes);
  }

  /** Whether rows of a call are left, from this position on or in quarantine. @param call the seq of its first row */
  holds(call: number, confirmed: number): boolean {
    const next = [...this.from(Math.max(call, confirmed), 1, 1), ...this.quarantinedFrom(call, 1, 1)];
    return next.some((row) => row.call === call);
  }

  /** Others overtake these rows from now on; `done` of each are routed. To be called inside a transaction. */
  quarantine(positions: readonly Position[]): void {
    for (const { seq, done } of positions) this.#quarantine.run(done, seq);
  }

  /** Rows change what they hold; to be called inside a transaction. */
  replace(rows: readonly Row[]): void {
    for (const { seq, stanza, stanzas, recipients = null, receiver = null, kind, sender, ...row } of rows) {
      const { done, way = null, isCopied } = row;
      const origin = [recipients, receiver, kind ?? null, sender ?? null];
      this.#replace.run(stanza, stanzas, ...origin, done, way, Number(isCopied), seq);
    }
  }

  /** Rows go, wherever they are; to be called inside a transaction. */
  remove(seqs: readonly number[]): void {
    for (const seq of seqs) this.#remove.run(seq);
  }

  /** Does the work in a transaction of its own, at once. */
  now<T>(work: () => T): T {
    return this.#db.transaction(work).immediate();
  }

  /** When the first row from this position on, or one in quarantine, was accepted, in milliseconds since 1970. */
  oldest(seq: number): number | undefined {
    return this.#oldest.get(seq)?.accepted_at ?? undefined;
  }

  /**
   * How much waits, counted from the rows; reads all of them.
   * @throws StorageFault where they can't be read
   */
  backlog(): Weight {
    try {
      const confirmed = this.progress.read()?.confirmed ?? START;
      return this.#weigh("seq >= $from OR quarantined = 1", confirmed, END);
    } catch (error) {
      throw new StorageFault(this.explain(error), { cause: error });
    }
  }

  /** How much lies between two places, but for what is in quarantine. */
  between(from: Position, to: Position): Weight {
    return this.#weigh("seq >= $from AND quarantined = 0", from, to);
  }

  /** Of a row that ends behind `to` only the stanzas before that, and none of its bytes. */
  #weigh(which: string, from: Position, to: Position): Weight {
    const sql = `SELECT coalesce(sum(max(0, ends - starts)), 0) AS stanzas, coalesce(sum(bytes), 0) AS bytes
      FROM (SELECT max(done, iif(seq = $from, $fromDone, 0)) AS starts, iif(seq = $to, $toDone, stanzas) AS ends,
          iif(seq = $to, 0, octet_length(stanza) + coalesce(octet_length(recipients), 0)) AS bytes
        FROM outbox WHERE (${which}) AND seq <= $to)`;
    const values = { from: from.seq, fromDone: from.done, to: to.seq, toDone: to.done };
    return this.#db.prepare<[typeof values], Weight>(sql).get(values) ?? { stanzas: 0, bytes: 0 };
  }

  /** One sentence on a failure of the database: what is wrong, and what to do. */
  explain(error: unknown): string {
    return explain(error, this.#db.name);
  }

  #isKnown({ fingerprint, acceptedAt }: NewRow): boolean {
    return fingerprint !== undefined && this.fingerprints.isKnown(fingerprint, acceptedAt);
  }

  #store<T extends string>(row: NewRow<T>, stored: KnownRow<T>[]): void {
    const { stanza, acceptedAt, expiresAt, fingerprint, kind, sender, way, isCopied = false } = row;
    const receiver = row.recipients === undefined ? row.receiver : undefined;
    if (fingerprint !== undefined) this.fingerprints.remember(fingerprint, acceptedAt);
    for (const { recipients, stanzas } of piecesOf(row)) {
      const before = stored[0]?.seq;
      const result = this.#insert.run(
        acceptedAt,
        expiresAt ?? null,
        stanza,
        recipients ?? null,
        kind,
        sender,
        before ?? null,
        stanzas,
        receiver ?? null,
        way ?? null,
        Number(isCopied),
      );
      const seq = Number(result.lastInsertRowid);
      const call = before ?? seq;
      stored.push({
        seq,
        call,
        stanza,
        stanzas,
        acceptedAt,
        expiresAt,
        done: 0,
        kind,
        sender,
        receiver,
        recipients,
        way,
        isCopied,
      });
    }
  }
}

function rowsOf(all: Iterable<RawRow>, mostBytes: number): Row[] {
  const rows: Row[] = [];
  let bytes = 0;
  for (const raw of all) {
    const row = {
      seq: raw.seq,
      acceptedAt: raw.accepted_at,
      expiresAt: raw.expires_at ?? undefined,
      stanza: raw.stanza,
      stanzas: raw.stanzas,
      recipients: raw.recipients ?? undefined,
      done: raw.done,
      kind: raw.kind ?? undefined,
      sender: raw.sender ?? undefined,
      receiver: raw.receiver ?? undefined,
      // The first of a call doesn't name itself: that would be one more write for each call.
      call: raw.call ?? (raw.kind === null ? undefined : raw.seq),
      way: raw.way ?? undefined,
      isCopied: raw.copied === 1,
    };
    rows.push(row);
    bytes += bytesOf(row);
    if (bytes >= mostBytes) break;
  }
  return rows;
}
