/**
 * Finding messages in archives by their text. The index tells which may have it, and each of those is
 * looked at. It follows some seconds behind, so that nobody who speaks waits for it; what it doesn't have yet is looked
 * at one by one, hence what is found is always right.
 */
import type { Database } from "./database.js";
import type { ArchiveFilter, PageSize, StoredMessage, StoredPage } from "./rooms-archive.js";
import { fold, gramsOf, hasWords } from "./text-search.js";

/** Reads the text of a stored stanza. */
export interface TextReader {
  /** The part of it that holds the text, as XML: found in no time. */
  rawOf(stanza: string): string;
  /** The text; "" where it has none. */
  textOf(stanza: string): string;
}

/** What has another form in XML: a word without it stands in the stanza as it is, which is seen without reading it. */
const ESCAPED = /[<>&"']/u;

const MATCHING = `room = @room AND kept = 1 AND id > @after AND id < @before
  AND (@nick IS NULL OR nick = @nick) AND (@sender IS NULL OR sender = @sender)`;
const INDEXED = `(id > (SELECT up_to FROM archive_indexed) OR id IN (SELECT rowid FROM archive_grams
  WHERE archive_grams MATCH @grams AND rowid > @after AND rowid < @before))`;

export class RoomsSearch {
  readonly #reader: TextReader;
  readonly #pages;
  readonly #next;
  readonly #index;
  readonly #move;

  constructor(db: Database, reader: TextReader) {
    this.#reader = reader;
    const page = (conditions: string, order: "ASC" | "DESC") =>
      db.prepare<[object], StoredMessage>(
        `SELECT id, sender, nick, stanza FROM archive WHERE ${conditions} ORDER BY id ${order}`,
      );
    const pages = (conditions: string) => ({
      first: page(conditions, "ASC"),
      last: page(conditions, "DESC"),
    });
    this.#pages = { all: pages(MATCHING), indexed: pages(`${MATCHING} AND ${INDEXED}`) };
    this.#next = db.prepare<[number, number], { id: number; room: number; kept: number; stanza: string }>(
      `SELECT id, room, kept, stanza FROM archive
       WHERE id > (SELECT up_to FROM archive_indexed) AND id < ? ORDER BY id LIMIT ?`,
    );
    this.#index = db.prepare<[number, string]>("INSERT INTO archive_grams (rowid, grams) VALUES (?, ?)");
    this.#move = db.prepare<[number]>("UPDATE archive_indexed SET up_to = ?");
  }

  /**
   * As RoomsArchive.page(), of those messages that have all these words (text-search.ts). It looks at each that may, so
   * a filter that spans a short stretch of the archive is answered in a short time.
   */
  page(
    room: number,
    { filter, words }: { readonly filter: ArchiveFilter; readonly words: readonly string[] },
    most: PageSize,
    end: "first" | "last",
  ): StoredPage {
    const { after = 0, before = Number.MAX_SAFE_INTEGER, nick = null, sender = null } = filter;
    const grams = words.flatMap(gramsOf);
    const statement = (grams.length === 0 ? this.#pages.all : this.#pages.indexed)[end];
    const bound = { room, after, before, nick, sender };
    const match = grams.length === 0 ? {} : { grams: [roomToken(room), ...grams].join(" ") };
    const plain = words.filter((word) => !ESCAPED.test(word));
    const messages: StoredMessage[] = [];
    let chars = 0;
    let more = false;
    for (const message of statement.iterate({ ...bound, ...match })) {
      const { stanza } = message;
      if (!hasWords(fold(this.#reader.rawOf(stanza)), plain)) continue;
      if (!hasWords(fold(this.#reader.textOf(stanza)), words)) continue;
      more = messages.length >= most.messages || (messages.length > 0 && chars >= most.chars);
      if (more) break;
      messages.push(message);
      chars += stanza.length;
    }
    return { messages: end === "first" ? messages : messages.reverse(), more };
  }

  /**
   * Takes some messages into the index, in their order; to be called inside a transaction.
   * @param before their ids are below this, in microseconds since 1970: whoever speaks now may have a lower number
   * @returns how many were looked at
   */
  index(before: number, limit: number): number {
    const messages = this.#next.all(before, limit);
    for (const { id, room, kept, stanza } of messages) {
      const grams = kept === 1 ? gramsOf(fold(this.#reader.textOf(stanza))) : [];
      if (grams.length > 0) this.#index.run(id, [roomToken(room), ...grams].join(" "));
    }
    const last = messages.at(-1);
    if (last !== undefined) this.#move.run(last.id);
    return messages.length;
  }
}

/** What no pair of characters is called. */
function roomToken(room: number): string {
  return `_${room}`;
}
