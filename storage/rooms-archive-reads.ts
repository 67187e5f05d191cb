/**
 * Reading many messages of rooms: pages of archives, searches, the history, and the search index. The work is done in
 * steps of a fraction of a millisecond, so that the component's meter can pause it, charge for it and end it; only
 * the meter's archive reader imports this file (a lint rule).
 *
 * A search takes its candidates from the index and checks the text of each. The index follows some seconds
 * behind, so that no sender waits for it; newer messages are checked one by one, so results are always complete.
 */
import type { Database } from "./database.js";
import type { StoredMessage } from "./rooms-archive.js";
import { gramsOf, hasWords } from "./text-search.js";

/** Work in small steps: each yields the number of characters that it read in vain. What is found is charged when it is sent. */
export type Steps<T> = Generator<number, T, void>;

/** Which messages of an archive are wanted. */
export interface ArchiveFilter {
  /** Ids above this. */
  readonly after?: number;
  /** Ids below this. */
  readonly before?: number;
  readonly nick?: string;
  readonly sender?: string;
  /** All these words occur in the text (text-search.ts). */
  readonly words?: readonly string[];
}

/** How long a page may be; a page has at least one message. */
export interface PageSize {
  readonly messages: number;
  readonly bytes: number;
}

export interface StoredPage {
  /** Oldest first. */
  readonly messages: readonly StoredMessage[];
  /** Whether more messages match. */
  readonly more: boolean;
}

/** Which end of a range a page is taken from. */
export type End = "first" | "last";

/** One step looks at this many entries of the index by room. */
const STRETCH = 500;
/** Counting stops above this; it stops earlier if each message must be looked at. */
const MOST_COUNTED = 10_000;
const MOST_LOOKED_AT = 2_000;

const RANGE = "room = @room AND id > @after AND id < @before";
const FILTER = `${RANGE} AND kept = 1
  AND (@nick IS NULL OR nick = @nick) AND (@sender IS NULL OR sender = @sender)`;
const IN_INDEX = `(id > (SELECT up_to FROM archive_indexed) OR id IN (SELECT rowid FROM archive_grams
  WHERE archive_grams MATCH @grams AND rowid > @after AND rowid < @before))`;
const MESSAGE = "SELECT id, sender, nick, stanza FROM archive";

export class RoomsArchiveReads {
  readonly #edges;
  readonly #filtered;
  readonly #indexed;
  readonly #text;
  readonly #message;
  readonly #history;
  readonly #count;
  readonly #next;
  readonly #index;
  readonly #move;

  constructor(db: Database) {
    const ids = (sql: string) => db.prepare<[object], number>(`SELECT id FROM archive ${sql}`).pluck();
    const edge = (order: "ASC" | "DESC", offset: number) =>
      ids(`WHERE ${RANGE} ORDER BY id ${order} LIMIT 1 OFFSET ${offset}`);
    this.#edges = {
      first: edge("ASC", STRETCH),
      last: edge("DESC", STRETCH),
      counted: edge("ASC", MOST_LOOKED_AT),
    };
    this.#filtered = ids(`WHERE ${FILTER} ORDER BY id`);
    this.#indexed = ids(`WHERE ${FILTER} AND ${IN_INDEX} ORDER BY id`);
    this.#text = db.prepare<[number], string>("SELECT text FROM archive WHERE id = ?").pluck();
    this.#message = db.prepare<[number, number], StoredMessage>(
      `${MESSAGE} WHERE id = ? AND room = ? AND kept = 1`,
    );
    this.#history = db.prepare<[number, number, number], StoredMessage>(
      `${MESSAGE} WHERE id IN (SELECT id FROM
         (SELECT id, said FROM archive WHERE room = ? AND id >= ? ORDER BY id DESC LIMIT ${MOST_LOOKED_AT})
         WHERE said = 1 ORDER BY id DESC LIMIT ?) ORDER BY id DESC`,
    );
    this.#count = db
      .prepare<[object], number>(
        `SELECT count(*) FROM (SELECT 1 FROM archive WHERE ${FILTER} LIMIT ${MOST_COUNTED + 1})`,
      )
      .pluck();
    this.#next = db.prepare<[number], { id: number; room: number; text: string }>(
      `SELECT id, room, text FROM archive
       WHERE id > (SELECT up_to FROM archive_indexed) AND id < ? ORDER BY id LIMIT 1`,
    );
    this.#index = db.prepare<[number, string]>("INSERT INTO archive_grams (rowid, grams) VALUES (?, ?)");
    this.#move = db.prepare<[number]>("UPDATE archive_indexed SET up_to = ?");
  }
  /**
   * The first messages that match, or the last ones. The page ends before it has more than `size.messages`, and once
   * it has `size.bytes` or more.
   */
  *page(room: number, filter: ArchiveFilter, size: PageSize, end: End): Steps<StoredPage> {
    const messages: StoredMessage[] = [];
    let bytes = 0;
    const words = filter.words ?? [];
    for (const id of this.#candidates(room, filter, end)) {
      const text = id === undefined || words.length === 0 ? "" : (this.#text.get(id) ?? "");
      const message = id !== undefined && hasWords(text, words) ? this.#message.get(id, room) : undefined;
      yield message === undefined ? Buffer.byteLength(text) : 0;
      if (message === undefined) continue;
      const isFull = messages.length >= size.messages || (messages.length > 0 && bytes >= size.bytes);
      if (isFull) return { messages: inOrder(messages, end), more: true };
      messages.push(message);
      bytes += Buffer.byteLength(message.stanza);
    }
    return { messages: inOrder(messages, end), more: false };
  }

  /** These messages of an archive, in the order of their ids; undefined if one is missing, or they are too long. */
  *some(room: number, ids: readonly number[], bytes: number): Steps<StoredMessage[] | "missing" | "long"> {
    const messages: StoredMessage[] = [];
    let rest = bytes;
    for (const id of [...new Set(ids)].sort((one, other) => one - other)) {
      const message = this.#message.get(id, room);
      if (message === undefined) return "missing";
      messages.push(message);
      rest -= Buffer.byteLength(message.stanza);
      yield 0;
      if (rest < 0) return "long";
    }
    return messages;
  }

  /** The newest messages since then (microseconds since 1970), up to `size`; oldest first. */
  *history(room: number, since: number, size: PageSize): Steps<StoredMessage[]> {
    const messages: StoredMessage[] = [];
    let bytes = 0;
    for (const message of this.#history.iterate(room, since, size.messages)) {
      bytes += Buffer.byteLength(message.stanza);
      if (bytes > size.bytes) break;
      messages.push(message);
    }
    yield 0;
    return messages.reverse();
  }

  /** How many messages match, whatever their text; undefined if they are too many to be counted quickly. */
  *count(room: number, filter: ArchiveFilter): Steps<number | undefined> {
    const isSelective = filter.nick !== undefined || filter.sender !== undefined;
    const range = bound(room, filter);
    if (isSelective && this.#edges.counted.get(range) !== undefined) return undefined;
    yield 0;
    const count = this.#count.get(range) ?? 0;
    yield 0;
    return count > MOST_COUNTED ? undefined : count;
  }

  /**
   * Adds messages to the search index, in the order of their ids; may be ended after any step. Run it inside a transaction.
   * @param before only ids below this: a message that is being committed may have a lower id than the newest
   */
  *index(before: number): Steps<void> {
    for (;;) {
      const message = this.#next.get(before);
      if (message === undefined) return;
      const { id, room, text } = message;
      const grams = gramsOf(text);
      if (grams.length > 0) this.#index.run(id, [roomToken(room), ...grams].join(" "));
      this.#move.run(id);
      yield text.length;
    }
  }

  /** Ids of messages that may match; undefined after each stretch of the archive, as looking at it took time. */
  *#candidates(room: number, filter: ArchiveFilter, end: End): Iterable<number | undefined> {
    const grams = (filter.words ?? []).flatMap(gramsOf);
    const match = grams.length === 0 ? {} : { grams: [roomToken(room), ...grams].join(" ") };
    const statement = grams.length === 0 ? this.#filtered : this.#indexed;
    for (let rest: ArchiveFilter | undefined = filter; rest !== undefined;) {
      const edge = this.#edges[end].get(bound(room, rest));
      const stretch = edge === undefined ? rest : { ...rest, [end === "first" ? "before" : "after"]: edge };
      yield* inOrder(statement.all({ ...bound(room, stretch), ...match }), end);
      yield undefined;
      rest =
        edge === undefined
          ? undefined
          : end === "first"
            ? { ...rest, after: edge - 1 }
            : { ...rest, before: edge + 1 };
    }
  }
}

/** Turns what was found from the last one on into the order of ids, and back. */
function inOrder<T>(found: T[], end: End): T[] {
  return end === "first" ? found : found.reverse();
}

/** Parameters of a range; bounds that are left out don't bind. */
function bound(room: number, filter: ArchiveFilter): Record<string, number | string | null> {
  const { after = 0, before = Number.MAX_SAFE_INTEGER, nick = null, sender = null } = filter;
  return { room, after, before, nick, sender };
}

/** A room's token in the index; no pair of characters has this form. */
function roomToken(room: number): string {
  return `_${room}`;
}
