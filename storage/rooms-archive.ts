/**
 * Messages in rooms: their archives, and the history of rooms without one. This class writes, and finds single
 * messages by their ids; whatever reads several is in rooms-archive-reads.ts.
 */
import type { Database } from "./database.js";
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
  readonly ownId: string | null;
  /** Whether it was retracted before. */
  readonly retracted: 0 | 1;
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
const FOUND = "SELECT id, sender, nick, own_id AS ownId, retracted FROM archive";

export class RoomsArchive {
  readonly #add;
  readonly #prune;
  readonly #has;
  readonly #find;
  readonly #sent;
  readonly #corrections;
  readonly #isRetracted;
  readonly #retract;
  readonly #first;
  readonly #last;
  readonly #newest;
  readonly #expire;
  readonly #expireIn;
  readonly #forgetting;

  constructor(db: Database) {
    this.#add = db.prepare(
      `INSERT INTO archive (id, room, kept, said, sender, nick, own_id, origin_id, replaces, text, stanza)
       VALUES (@id, @room, @kept, @said, @sender, @nick, @ownId, @originId, @replaces, @text, @stanza)`,
    );
    this.#prune = db.prepare<[number, number, number]>(
      `DELETE FROM archive WHERE room = ? AND kept = 0 AND id <=
         (SELECT id FROM archive WHERE room = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
    );
    this.#has = db.prepare<[number, number]>("SELECT 1 FROM archive WHERE id = ? AND room = ? AND kept = 1");
    this.#find = db.prepare<[number, number, number], FoundMessage>(
      `${FOUND} WHERE id = ? AND room = ? AND kept = ?`,
    );
    this.#sent = db.prepare<[{ room: number; sender: string; key: string }], FoundMessage>(
      `${FOUND} WHERE room = @room AND sender = @sender AND own_id = @key
       UNION ALL ${FOUND} WHERE room = @room AND sender = @sender AND origin_id = @key
       ORDER BY id DESC LIMIT 1`,
    );
    this.#corrections = db.prepare<[object], FoundMessage>(
      `${FOUND} WHERE room = @room AND sender = @sender AND replaces = @ownId AND id <> @id AND retracted = 0
       LIMIT @limit`,
    );
    this.#isRetracted = db.prepare<[number], number>("SELECT retracted FROM archive WHERE id = ?").pluck();
    this.#retract = db.prepare<[string, number, number]>(
      "UPDATE archive SET stanza = ?, text = '', said = 0, retracted = 1 WHERE id = ? AND room = ?",
    );
    const end = (order: "ASC" | "DESC") =>
      db
        .prepare<[number], number>(
          `SELECT id FROM archive WHERE room = ? AND kept = 1 ORDER BY id ${order} LIMIT 1`,
        )
        .pluck();
    this.#first = end("ASC");
    this.#last = end("DESC");
    this.#newest = db.prepare<[], number | null>("SELECT max(id) FROM archive").pluck();
    this.#expire = db.prepare<[number, number]>(
      "DELETE FROM archive WHERE id IN (SELECT id FROM archive WHERE id < ? ORDER BY id LIMIT ?)",
    );
    this.#expireIn = db.prepare<[number, number, number]>(
      "DELETE FROM archive WHERE id IN (SELECT id FROM archive WHERE room = ? AND id < ? ORDER BY id LIMIT ?)",
    );
    this.#forgetting = db.prepare<[number, number], ForgettingRoom>(
      `SELECT id, options ->> '$.archiveDays' AS days FROM rooms
       WHERE options ->> '$.archiveDays' > 0 AND id > ? ORDER BY id LIMIT ?`,
    );
  }

  /** Adds a message; call it inside a transaction, as all here that write. */
  add(room: number, { kept, said }: Keeping, message: StoredMessage & MessageKeys): void {
    const { ownId, originId, replaces, text = "", ...stored } = message;
    this.#add.run({
      ...stored,
      room,
      kept: Number(kept),
      said: Number(said),
      ownId: keyOf(ownId),
      originId: originId === ownId ? null : keyOf(originId),
      replaces: keyOf(replaces),
      text: kept ? foldStart(text) : "",
    });
  }

  /** Puts a tombstone in a message's place, and takes it out of history and search. */
  retract(room: number, id: number, tombstone: string): void {
    this.#retract.run(tombstone, id, room);
  }

  /** Deletes messages that are only stored for the history and are older than the newest so many. */
  prune(room: number, length: number): void {
    this.#prune.run(room, room, length);
  }

  /** Whether a message is in a room's archive. */
  has(room: number, id: number): boolean {
    return this.#has.get(id, room) !== undefined;
  }

  /** Finds a message by its stanza-id. @param kept whether it is in the archive, or only stored for the history */
  find(room: number, id: number, kept: boolean): FoundMessage | undefined {
    return this.#find.get(id, room, Number(kept));
  }

  /** Finds a sender's newest message by the id, or the origin-id, that the sender gave it. */
  sent(room: number, sender: string, key: string): FoundMessage | undefined {
    return this.#sent.get({ room, sender, key });
  }

  /** The corrections of a sender's message that are not retracted yet (XEP-0308), up to `limit`. */
  corrections(room: number, { id, sender, ownId }: FoundMessage, limit: number): FoundMessage[] {
    return this.#corrections.all({ room, id, sender, ownId, limit });
  }

  isRetracted(id: number): boolean {
    return this.#isRetracted.get(id) === 1;
  }

  /** The first and the last id in a room's archive. */
  ends(room: number): readonly [first: number | undefined, last: number | undefined] {
    return [this.#first.get(room), this.#last.get(room)];
  }

  /** The newest id of all rooms; 0 if there is none. */
  newest(): number {
    return this.#newest.get() ?? 0;
  }

  /**
   * Deletes the oldest messages of any room, up to `limit`.
   * @param before microseconds since 1970
   * @returns how many
   */
  expire(before: number, limit: number): number {
    return this.#expire.run(before, limit).changes;
  }

  /** As expire(), of one room. */
  expireIn(room: number, before: number, limit: number): number {
    return this.#expireIn.run(room, before, limit).changes;
  }

  /** Rooms that keep their archive for fewer days than the service, in the order of their ids. */
  forgettingAfter(id: number, limit: number): ForgettingRoom[] {
    return this.#forgetting.all(id, limit);
  }
}

function keyOf(id: string | undefined): string | null {
  return id === undefined || id === "" || id.length > LONGEST_ID ? null : id;
}
