/**
 * Reads many messages of rooms: pages of archives (XEP-0313), search results, the history for users who enter. Also
 * writes the search index. The methods are generators with short steps, so the component's meter can pause a read,
 * charge it to a user's quota, or end it. Lint allows only the meter's archive reader to import this file.
 *
 * A search takes candidates from the index and checks their texts. Messages are indexed some seconds after they are
 * stored, so that no sender waits. Searches check the texts of unindexed messages too, so results are complete.
 */
import type { StoredMessage } from "./rooms-archive.js";
import { Store, type Query } from "./sql.js";
import { gramsOf, hasWords } from "./text-search.js";

/** A read in small steps. Each step yields the bytes of read messages that don't match, to charge them to the user. */
export type Steps<T> = Generator<number, T, void>;

/** A filter of an archive's messages; absent fields match every message. */
export interface ArchiveFilter {
  /** Only messages with higher ids match. */
  readonly after?: number;
  /** Only messages with lower ids match. */
  readonly before?: number;
  readonly nick?: string;
  readonly sender?: string;
  /** Only messages whose text contains all these folded words match (text-search.ts). */
  readonly words?: readonly string[];
}

/** The maximum number of messages and bytes of a page. A page with one message may have more bytes. */
export interface PageSize {
  readonly messages: number;
  readonly bytes: number;
}

/** A page of an archive, the oldest message first; `more`: whether more messages match than it contains. */
export interface StoredPage {
  readonly messages: readonly StoredMessage[];
  readonly more: boolean;
}

/** Whether a page contains the first or the last of the matching messages. */
export type End = "first" | "last";

const STEP_ENTRIES = 500;
/** The maximum number of matching messages that are counted. */
const MAX_COUNTED = 10_000;
/** The maximum number of messages that are read to count those of one nick or sender, or to find the history. */
const MAX_EXAMINED = 2_000;

const RANGE = "room = @room AND id > @after AND id < @before";
const FILTER = `${RANGE} AND kept = 1
  AND (@nick IS NULL OR nick = @nick) AND (@sender IS NULL OR sender = @sender)`;
const IN_INDEX = `(id > (SELECT up_to FROM archive_indexed) OR id IN (SELECT rowid FROM archive_grams
  WHERE archive_grams MATCH @grams AND rowid > @after AND rowid < @before))`;
const MESSAGE = "SELECT id, sender, nick, stanza FROM archive";

export class RoomsArchiveReads extends Store {
  readonly #edges = {
    first: this.#edge("ASC", STEP_ENTRIES),
    last: this.#edge("DESC", STEP_ENTRIES),
    counted: this.#edge("ASC", MAX_EXAMINED),
  };
  readonly #filtered = this.#ids(`WHERE ${FILTER} ORDER BY id`);
  readonly #indexed = this.#ids(`WHERE ${FILTER} AND ${IN_INDEX} ORDER BY id`);
  readonly #text = this.sql.values<string>("SELECT text FROM archive WHERE id = ?");
  readonly #message = this.sql.rows<StoredMessage>(`${MESSAGE} WHERE id = ? AND room = ? AND kept = 1`);
  readonly #history = this.db.prepare<[number, number, number], StoredMessage>(
    `${MESSAGE} WHERE id IN (SELECT id FROM
       (SELECT id, said FROM archive WHERE room = ? AND id >= ? ORDER BY id DESC LIMIT ${MAX_EXAMINED})
       WHERE said = 1 ORDER BY id DESC LIMIT ?) ORDER BY id DESC`,
  );
  readonly #count = this.sql.values<number>(
    `SELECT count(*) FROM (SELECT 1 FROM archive WHERE ${FILTER} LIMIT ${MAX_COUNTED + 1})`,
  );
  readonly #next = this.sql.rows<{ id: number; room: number; text: string }>(
    `SELECT id, room, text FROM archive
     WHERE id > (SELECT up_to FROM archive_indexed) AND id < ? ORDER BY id LIMIT 1`,
  );

  /** Returns the first or last matching messages. The page ends at `size.messages`, or when `size.bytes` is reached. */
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

  /**
   * Returns the messages with these ids in a room's archive, sorted by id. Returns "missing" if the archive lacks one
   * of them, and "long" if they have more than `bytes` bytes together.
   */
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

  /** Returns a room's newest messages since a time (microseconds since 1970), up to `size`, the oldest first. */
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

  /** Counts the messages that match, ignoring the filter's words. Returns undefined if counting would take too long. */
  *count(room: number, filter: ArchiveFilter): Steps<number | undefined> {
    const isSelective = filter.nick !== undefined || filter.sender !== undefined;
    const range = bound(room, filter);
    if (isSelective && this.#edges.counted.get(range) !== undefined) return undefined;
    yield 0;
    const count = this.#count.get(range) ?? 0;
    yield 0;
    return count > MAX_COUNTED ? undefined : count;
  }

  /**
   * Adds messages to the search index in the order of ids, inside a transaction; the caller may stop after any step.
   * @param before only messages with lower ids are added; no uncommitted message may have a lower id
   */
  *index(before: number): Steps<void> {
    for (;;) {
      const message = this.#next.get(before);
      if (message === undefined) return;
      const { id, room, text } = message;
      const grams = gramsOf(text);
      const terms = [roomToken(room), ...grams].join(" ");
      if (grams.length > 0) this.sql.run("INSERT INTO archive_grams (rowid, grams) VALUES (?, ?)", id, terms);
      this.sql.run("UPDATE archive_indexed SET up_to = ?", id);
      yield text.length;
    }
  }

  /** Yields ids of messages that may match, and undefined after every STEP_ENTRIES entries, so that the caller can pause. */
  *#candidates(room: number, filter: ArchiveFilter, end: End): Iterable<number | undefined> {
    const grams = (filter.words ?? []).flatMap(gramsOf);
    const match = grams.length === 0 ? {} : { grams: [roomToken(room), ...grams].join(" ") };
    const statement = grams.length === 0 ? this.#filtered : this.#indexed;
    for (let rest = filter; ;) {
      const edge = this.#edges[end].get(bound(room, rest));
      const stretch = edge === undefined ? rest : { ...rest, [end === "first" ? "before" : "after"]: edge };
      yield* inOrder(statement.all({ ...bound(room, stretch), ...match }), end);
      yield undefined;
      if (edge === undefined) return;
      rest = end === "first" ? { ...rest, after: edge - 1 } : { ...rest, before: edge + 1 };
    }
  }

  #edge(order: "ASC" | "DESC", offset: number): Query<number> {
    return this.#ids(`WHERE ${RANGE} ORDER BY id ${order} LIMIT 1 OFFSET ${offset}`);
  }

  #ids(where: string): Query<number> {
    return this.sql.values<number>(`SELECT id FROM archive ${where}`);
  }
}

/** Reverses a list in place if the page has the last messages, because these were found newest first. */
function inOrder<T>(found: T[], end: End): T[] {
  return end === "first" ? found : found.reverse();
}

/** Returns the values for the named parameters of the queries; an absent limit excludes nothing. */
function bound(room: number, filter: ArchiveFilter): Record<string, number | string | undefined> {
  const { after = 0, before = Number.MAX_SAFE_INTEGER, nick, sender } = filter;
  return { room, after, before, nick, sender };
}

/** Returns the token that stands for a room in the search index; no pair of characters has a token of this form. */
function roomToken(room: number): string {
  return `_${room}`;
}
