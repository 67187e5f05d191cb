/** What was said in rooms: their archives, and the history of those that keep none. */
import type { Database } from "./database.js";

export interface StoredMessage {
  /** The stanza-id: microseconds since 1970. */
  readonly id: number;
  /** The sender's real address, bare; the room's own where it speaks itself, without a nick. */
  readonly sender: string;
  readonly nick: string;
  /** Without `to`. */
  readonly stanza: string;
}

/** What a message is stored for. */
export interface Keeping {
  /** For the archive. */
  readonly kept: boolean;
  /** For the history of those who enter. */
  readonly said: boolean;
}

/** Which messages of an archive are wanted; bounds that are left out don't bind. */
export interface ArchiveFilter {
  /** Ids above this. */
  readonly after?: number;
  /** Ids below this. */
  readonly before?: number;
  readonly nick?: string;
  readonly sender?: string;
}

export interface PageSize {
  readonly messages: number;
  readonly chars: number;
}

export interface StoredPage {
  /** Oldest first. */
  readonly messages: readonly StoredMessage[];
  /** Whether more would have matched. */
  readonly more: boolean;
}

const RANGE = "room = @room AND id > @after AND id < @before";
const FILTER = `${RANGE} AND kept = 1
  AND (@nick IS NULL OR nick = @nick) AND (@sender IS NULL OR sender = @sender)`;

/** Counting more than these takes too long; where each has to be looked at, counting more than fewer does. */
const MOST_COUNTED = 10_000;
const MOST_LOOKED_AT = 2_000;
/** So many of a room's messages are recent. */
const MOST_RECENT = 500;

export class RoomsArchive {
  readonly #add;
  readonly #prune;
  readonly #history;
  readonly #has;
  readonly #find;
  readonly #newestOf;
  readonly #retract;
  readonly #first;
  readonly #last;
  readonly #count;
  readonly #nextEdge;
  readonly #lastEdge;
  readonly #newest;

  constructor(db: Database) {
    this.#add = db.prepare(
      `INSERT INTO archive (id, room, kept, said, sender, nick, stanza)
       VALUES (@id, @room, @kept, @said, @sender, @nick, @stanza)`,
    );
    this.#prune = db.prepare<[number, number, number]>(
      `DELETE FROM archive WHERE room = ? AND kept = 0 AND id <=
         (SELECT id FROM archive WHERE room = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
    );
    this.#history = db.prepare<[number, number, number], StoredMessage>(
      `SELECT id, sender, nick, stanza FROM archive
       WHERE room = ? AND id >= ? AND said = 1 ORDER BY id DESC LIMIT ?`,
    );
    this.#has = db.prepare<[number, number]>("SELECT 1 FROM archive WHERE id = ? AND room = ? AND kept = 1");
    this.#find = db.prepare<[number, number, number], StoredMessage>(
      "SELECT id, sender, nick, stanza FROM archive WHERE id = ? AND room = ? AND kept = ?",
    );
    this.#newestOf = db.prepare<[number, string], StoredMessage>(
      `SELECT id, sender, nick, stanza FROM
         (SELECT * FROM archive WHERE room = ? ORDER BY id DESC LIMIT ${MOST_RECENT}) WHERE sender = ?`,
    );
    this.#retract = db.prepare<[string, number, number]>(
      "UPDATE archive SET stanza = ?, said = 0 WHERE id = ? AND room = ?",
    );
    const page = `SELECT id, sender, nick, stanza FROM archive WHERE ${FILTER} ORDER BY id`;
    this.#first = db.prepare<[object], StoredMessage>(`${page} LIMIT @limit`);
    this.#last = db.prepare<[object], StoredMessage>(`${page} DESC LIMIT @limit`);
    this.#count = db.prepare<[object], { n: number }>(
      `SELECT count(*) AS n FROM (SELECT 1 FROM archive WHERE ${FILTER} LIMIT ${MOST_COUNTED + 1})`,
    );
    const edge = `SELECT id FROM archive WHERE ${RANGE} ORDER BY id`;
    this.#nextEdge = db.prepare<[object], { id: number }>(`${edge} LIMIT 1 OFFSET ${MOST_LOOKED_AT}`);
    this.#lastEdge = db.prepare<[object], { id: number }>(`${edge} DESC LIMIT 1 OFFSET ${MOST_LOOKED_AT}`);
    this.#newest = db.prepare<[], { id: number | null }>("SELECT max(id) AS id FROM archive");
  }

  /** Adds a message; to be called inside a transaction. */
  add(room: number, { kept, said }: Keeping, message: StoredMessage): void {
    this.#add.run({ ...message, room, kept: Number(kept), said: Number(said) });
  }

  /** Puts a tombstone in a message's place, and takes it out of the history; to be called inside a transaction. */
  retract(room: number, id: number, tombstone: string): void {
    this.#retract.run(tombstone, id, room);
  }

  /** Deletes what is only there for the history and is older than the newest so many; inside a transaction. */
  prune(room: number, length: number): void {
    this.#prune.run(room, room, length);
  }

  /** The newest messages since then (microseconds), so many and with so many characters at most; oldest first. */
  history(room: number, since: number, most: PageSize): StoredMessage[] {
    const messages: StoredMessage[] = [];
    let chars = 0;
    for (const message of this.#history.iterate(room, since, most.messages)) {
      chars += message.stanza.length;
      if (chars > most.chars) break;
      messages.push(message);
    }
    return messages.reverse();
  }

  has(room: number, id: number): boolean {
    return this.#has.get(id, room) !== undefined;
  }

  /** @param kept whether it is one of the archive, or only there for the history */
  find(room: number, id: number, kept = true): StoredMessage | undefined {
    return this.#find.get(id, room, Number(kept));
  }

  /** What somebody said among a room's recent messages, newest first, kept or only for the history. */
  newestOf(room: number, sender: string): StoredMessage[] {
    return this.#newestOf.all(room, sender);
  }

  /**
   * The first messages that match, or the last: so many at most, and no further ones once they have this many
   * characters together.
   */
  page(room: number, filter: ArchiveFilter, most: PageSize, end: "first" | "last"): StoredPage {
    const statement = end === "first" ? this.#first : this.#last;
    const messages: StoredMessage[] = [];
    let chars = 0;
    let more = false;
    for (const message of statement.iterate({ ...bound(room, filter), limit: most.messages + 1 })) {
      more = messages.length === most.messages || (messages.length > 0 && chars >= most.chars);
      if (more) break;
      messages.push(message);
      chars += message.stanza.length;
    }
    return { messages: end === "first" ? messages : messages.reverse(), more };
  }

  /**
   * Where a stretch of the archive ends that is looked through in no time: the id of the first message that isn't part
   * of it; undefined where all the rest is.
   */
  edge(room: number, filter: ArchiveFilter, end: "first" | "last"): number | undefined {
    const statement = end === "first" ? this.#nextEdge : this.#lastEdge;
    return statement.get({ ...bound(room, filter) })?.id;
  }

  /** How many match; undefined where they are too many to be counted in no time. */
  count(room: number, filter: ArchiveFilter): number | undefined {
    if (isSelective(filter) && this.edge(room, filter, "first") !== undefined) return undefined;
    const count = this.#count.get(bound(room, filter))?.n ?? 0;
    return count > MOST_COUNTED ? undefined : count;
  }

  /** The newest id of all rooms; 0 where nothing was ever said. */
  newest(): number {
    return this.#newest.get()?.id ?? 0;
  }
}

/** Whether each message has to be looked at, to know whether it is one. */
export function isSelective({ nick, sender }: ArchiveFilter): boolean {
  return nick !== undefined || sender !== undefined;
}

function bound(room: number, filter: ArchiveFilter): Record<string, number | string | null> {
  const { after = 0, before = Number.MAX_SAFE_INTEGER, nick = null, sender = null } = filter;
  return { room, after, before, nick, sender };
}
