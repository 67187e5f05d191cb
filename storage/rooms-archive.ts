/** Stores rooms' messages, for archives (XEP-0313) and the history for users who enter, and finds them by their ids. */
import { Store } from "./sql.js";
import { foldStart } from "./text-search.js";

/** A row of the table `archive`. Messages of the room itself have its address as sender, and "" as nick. */
export interface StoredMessage {
  readonly id: number;
  readonly sender: string;
  readonly nick: string;
  readonly stanza: string;
}

/** The columns besides the id by which messages are found, so that no stanza needs parsing. */
export interface MessageKeys {
  readonly ownId?: string | undefined;
  readonly originId?: string | undefined;
  readonly replaces?: string | undefined;
  /** The message's text, not folded. */
  readonly text?: string;
}

/** A message that was found by an id; its stanza isn't read. */
export interface FoundMessage extends Omit<StoredMessage, "stanza"> {
  readonly ownId: string | undefined;
  readonly originId: string | undefined;
  readonly replaces: string | undefined;
  readonly retracted: boolean;
}

/** The purposes for which a message is stored: the archive, and the history for users who enter. */
export interface Keeping {
  readonly kept: boolean;
  readonly said: boolean;
}

/** A room with a retention time of its own for its archive. */
interface ForgettingRoom {
  readonly id: number;
  readonly days: number;
}

/** The longest id, in characters, that is stored in a column. To save space, longer ids can't be found. */
const MAX_ID_LENGTH = 256;
const FOUND = "SELECT id, sender, nick, own_id, origin_id, replaces, retracted FROM archive";
/** How many corrections of a message are read at once. */
const PAGE = 50;

export class RoomsArchive extends Store {
  /** Adds a message. Like every method of this class that writes, it must run inside a transaction. */
  add(room: number, { kept, said }: Keeping, message: StoredMessage & MessageKeys): void {
    const { id, sender, nick, ownId, originId, replaces, text = "", stanza } = message;
    this.sql.run(
      `INSERT INTO archive (id, room, kept, said, sender, nick, own_id, origin_id, replaces, text, stanza)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, room, kept, said, sender, nick, keyOf(ownId)],
      ...[originId === ownId ? null : keyOf(originId), keyOf(replaces), kept ? foldStart(text) : "", stanza],
    );
  }

  /** Replaces a message's stanza with a tombstone (XEP-0424), and takes the message out of history and search. */
  retract(room: number, id: number, tombstone: string): void {
    const sql = "UPDATE archive SET stanza = ?, text = '', said = 0, retracted = 1 WHERE id = ? AND room = ?";
    this.sql.run(sql, tombstone, id, room);
  }

  /** Deletes a room's messages that are stored only for the history, except the newest `length` ones. */
  prune(room: number, length: number): void {
    const sql = `DELETE FROM archive WHERE room = ? AND kept = 0 AND id <=
      (SELECT id FROM archive WHERE room = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`;
    this.sql.run(sql, room, room, length);
  }

  readonly has = this.sql.from<[room: number, id: number]>("archive WHERE room = ? AND id = ? AND kept = 1")
    .some;

  /** Finds a message by its stanza-id: in the archive if `kept`, otherwise among those only for the history. */
  readonly find = this.sql.rows<FoundMessage, [room: number, id: number, kept: boolean]>(
    `${FOUND} WHERE room = ? AND id = ? AND kept = ?`,
  ).get;

  /** Finds a sender's newest message before the id `before` whose `id` or origin-id is `key`. */
  sent(
    room: number,
    sender: string,
    key: string,
    before = Number.MAX_SAFE_INTEGER,
  ): FoundMessage | undefined {
    const sql = `${FOUND} WHERE room = @room AND sender = @sender AND own_id = @key AND id < @before
      UNION ALL ${FOUND} WHERE room = @room AND sender = @sender AND origin_id = @key AND id < @before
      ORDER BY id DESC LIMIT 1`;
    return this.sql.rows<FoundMessage>(sql).get({ room, sender, key, before });
  }

  /**
   * Yields all versions of a message, itself first: the message that it corrects (XEP-0308), its corrections, their
   * corrections, and so on, also retracted ones. Takes some reads for each version, so callers take them in steps.
   */
  *versions(room: number, message: FoundMessage): Generator<FoundMessage, undefined> {
    const seen = new Set([message.id]);
    const versions = [message];
    yield message;
    for (const version of versions) {
      for (const other of this.#versionsBeside(room, version)) {
        if (seen.has(other.id)) continue;
        seen.add(other.id);
        versions.push(other);
        yield other;
      }
    }
  }

  /** Yields the message that a message corrects, and the corrections that name the message. */
  *#versionsBeside(room: number, message: FoundMessage): Generator<FoundMessage> {
    const corrected = this.#corrected(room, message);
    if (corrected !== undefined) yield corrected;
    const sql = `${FOUND} WHERE room = ? AND sender = ? AND replaces IN (?, ?) AND id > ? ORDER BY id LIMIT ?`;
    const { id, sender, ownId, originId } = message;
    let after = id;
    for (;;) {
      const some = this.sql.rows<FoundMessage>(sql).all(room, sender, ownId, originId, after, PAGE);
      // Senders may use an id again: a correction changes the newest message that has it.
      for (const correction of some) if (this.#corrected(room, correction)?.id === id) yield correction;
      if (some.length < PAGE) return;
      after = some.at(-1)?.id ?? after;
    }
  }

  /** Returns the newest correction that names a message; undefined if there is none. */
  newestCorrection(
    room: number,
    { id, sender, ownId }: Pick<FoundMessage, "id" | "sender" | "ownId">,
  ): FoundMessage | undefined {
    const sql = `${FOUND} WHERE room = ? AND sender = ? AND replaces = ? AND id > ? ORDER BY id DESC LIMIT 1`;
    return this.sql.rows<FoundMessage>(sql).get(room, sender, ownId, id);
  }

  #corrected(room: number, { id, sender, replaces }: FoundMessage): FoundMessage | undefined {
    return replaces === undefined ? undefined : this.sent(room, sender, replaces, id);
  }

  readonly isRetracted = this.sql.from<[id: number]>("archive WHERE id = ? AND retracted = 1").some;

  /** Returns the first and the last id in a room's archive; both are undefined if the archive is empty. */
  ends(room: number): readonly [first: number | undefined, last: number | undefined] {
    const sql = "SELECT id FROM archive WHERE room = ? AND kept = 1 ORDER BY id";
    const [first, last] = ["ASC", "DESC"].map((order) => this.sql.values<number>(`${sql} ${order} LIMIT 1`));
    return [first?.get(room), last?.get(room)];
  }

  /** Deletes up to `limit` messages older than `before` (microseconds since 1970), oldest first; returns how many. */
  readonly expire = this.sql.write<[before: number, limit: number]>(
    "DELETE FROM archive WHERE id < ? ORDER BY id LIMIT ?",
  ).changes;
  readonly expireIn = this.sql.write<[room: number, before: number, limit: number]>(
    "DELETE FROM archive WHERE room = ? AND id < ? ORDER BY id LIMIT ?",
  ).changes;

  /** Returns rooms with a retention time of their own and higher ids than `id`, sorted by id. */
  readonly forgettingAfter = this.sql.rows<ForgettingRoom, [id: number, limit: number]>(
    `SELECT id, options ->> '$.archiveDays' AS days FROM rooms
      WHERE options ->> '$.archiveDays' > 0 AND id > ? ORDER BY id LIMIT ?`,
  ).all;
}

/** Returns an id as it is stored in a column; null if the id is missing, empty or too long. */
function keyOf(id: string | undefined): string | null {
  return id === undefined || id === "" || id.length > MAX_ID_LENGTH ? null : id;
}
