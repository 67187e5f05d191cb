/**
 * Messages in rooms: their archives, and the history of rooms without one. This class writes, and finds single
 * messages by their ids; whatever reads several is in rooms-archive-reads.ts.
 */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";
import { foldStart } from "./text-search.js";

/** A message as it is stored. */
export interface StoredMessage {
  /** The stanza-id: microseconds since 1970. */
  readonly id: number;
  /** The sender's real address, bare; the room's own address if the room speaks itself, without a nick. */
  readonly sender: string;
  readonly nick: string;
  /** Without `to`. */
  readonly stanza: string;
}

/** What a message is found by, besides its stanza-id: nothing of a stanza is ever parsed to find it. */
export interface MessageKeys {
  /** The stanza's `id`, from its sender. */
  readonly ownId?: string | undefined;
  readonly originId?: string | undefined;
  /** The `ownId` of the message that it corrects. */
  readonly replaces?: string | undefined;
  readonly text?: string;
}

/** A message without its stanza. */
export interface FoundMessage extends Omit<StoredMessage, "stanza"> {
  readonly ownId: string | undefined;
  /** Whether it was retracted before. */
  readonly retracted: boolean;
}

/** What a message is stored for. */
export interface Keeping {
  /** For the archive. */
  readonly kept: boolean;
  /** For the history of those who enter. */
  readonly said: boolean;
}

/** A room that keeps its archive for fewer days than the service. */
export interface ForgettingRoom {
  readonly id: number;
  readonly days: number;
}

/** A longer id isn't a key: it would be stored twice. */
const LONGEST_ID = 256;
const FOUND = "SELECT id, sender, nick, own_id, retracted FROM archive";

export class RoomsArchive {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /** Adds a message; call it inside a transaction, as all here that write. */
  add(room: number, { kept, said }: Keeping, message: StoredMessage & MessageKeys): void {
    const { id, sender, nick, ownId, originId, replaces, text = "", stanza } = message;
    this.#sql.run(
      `INSERT INTO archive (id, room, kept, said, sender, nick, own_id, origin_id, replaces, text, stanza)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, room, kept, said, sender, nick, keyOf(ownId)],
      ...[originId === ownId ? null : keyOf(originId), keyOf(replaces), kept ? foldStart(text) : "", stanza],
    );
  }

  /** Puts a tombstone in a message's place, and takes it out of history and search. */
  retract(room: number, id: number, tombstone: string): void {
    const sql = "UPDATE archive SET stanza = ?, text = '', said = 0, retracted = 1 WHERE id = ? AND room = ?";
    this.#sql.run(sql, tombstone, id, room);
  }

  /** Deletes messages that are only stored for the history and are older than the newest so many. */
  prune(room: number, length: number): void {
    const sql = `DELETE FROM archive WHERE room = ? AND kept = 0 AND id <=
      (SELECT id FROM archive WHERE room = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`;
    this.#sql.run(sql, room, room, length);
  }

  /** Whether a message is in a room's archive. */
  has(room: number, id: number): boolean {
    return this.#sql.has("archive WHERE id = ? AND room = ? AND kept = 1", id, room);
  }

  /** Finds a message by its stanza-id. @param kept whether it is in the archive, or only stored for the history */
  find(room: number, id: number, kept: boolean): FoundMessage | undefined {
    const sql = `${FOUND} WHERE id = ? AND room = ? AND kept = ?`;
    return this.#sql.rows<FoundMessage>(sql).get(id, room, kept);
  }

  /** Finds a sender's newest message by the id, or the origin-id, that the sender gave it. */
  sent(room: number, sender: string, key: string): FoundMessage | undefined {
    const sql = `${FOUND} WHERE room = @room AND sender = @sender AND own_id = @key
      UNION ALL ${FOUND} WHERE room = @room AND sender = @sender AND origin_id = @key
      ORDER BY id DESC LIMIT 1`;
    return this.#sql.rows<FoundMessage>(sql).get({ room, sender, key });
  }

  /** The corrections of a sender's message that are not retracted yet (XEP-0308), up to `limit`. */
  corrections(room: number, { id, sender, ownId }: FoundMessage, limit: number): FoundMessage[] {
    const sql = `${FOUND} WHERE room = ? AND sender = ? AND replaces = ? AND id <> ? AND retracted = 0 LIMIT ?`;
    return this.#sql.rows<FoundMessage>(sql).all(room, sender, ownId, id, limit);
  }

  isRetracted(id: number): boolean {
    return this.#sql.has("archive WHERE id = ? AND retracted = 1", id);
  }

  /** The first and the last id in a room's archive. */
  ends(room: number): readonly [first: number | undefined, last: number | undefined] {
    const end = (order: "ASC" | "DESC"): number | undefined =>
      this.#sql
        .values<number>(`SELECT id FROM archive WHERE room = ? AND kept = 1 ORDER BY id ${order} LIMIT 1`)
        .get(room);
    return [end("ASC"), end("DESC")];
  }

  /** The newest id of all rooms; 0 if there is none. */
  newest(): number {
    return this.#sql.values<number>("SELECT max(id) FROM archive").get() ?? 0;
  }

  /**
   * Deletes the oldest messages of any room, up to `limit`.
   * @param before microseconds since 1970
   * @returns how many
   */
  expire(before: number, limit: number): number {
    const sql = "DELETE FROM archive WHERE id IN (SELECT id FROM archive WHERE id < ? ORDER BY id LIMIT ?)";
    return this.#sql.changes(sql, before, limit);
  }

  /** As expire(), of one room. */
  expireIn(room: number, before: number, limit: number): number {
    const sql = `DELETE FROM archive WHERE id IN
      (SELECT id FROM archive WHERE room = ? AND id < ? ORDER BY id LIMIT ?)`;
    return this.#sql.changes(sql, room, before, limit);
  }

  /** Rooms that keep their archive for fewer days than the service, in the order of their ids. */
  forgettingAfter(id: number, limit: number): ForgettingRoom[] {
    const sql = `SELECT id, options ->> '$.archiveDays' AS days FROM rooms
      WHERE options ->> '$.archiveDays' > 0 AND id > ? ORDER BY id LIMIT ?`;
    return this.#sql.rows<ForgettingRoom>(sql).all(id, limit);
  }
}

function keyOf(id: string | undefined): string | null {
  return id === undefined || id === "" || id.length > LONGEST_ID ? null : id;
}
