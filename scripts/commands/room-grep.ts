/** `room grep`: what was said in one room that has these words, by the index that clients' searches use. */
import { storedText, textOf } from "../../component/muc/archive/stored-text.js";
import type { AccountJid } from "../../component/address.js";
import type { Database } from "../../storage/database.js";
import { RoomsSearch } from "../../storage/rooms-search.js";
import { RoomsStore } from "../../storage/rooms-store.js";
import { wordsOf } from "../../storage/text-search.js";
import { oneLine } from "../one-line.js";
import { timeText } from "./in-storage.js";

export interface Grep {
  readonly text: string;
  /** The most messages: the newest. */
  readonly limit: number;
}

/** @returns lines to print, oldest first; undefined where there is no such room */
export function grepRoom(db: Database, jid: AccountJid, { text, limit }: Grep): string[] | undefined {
  const room = new RoomsStore(db).find(jid.local);
  if (room === undefined) return undefined;
  const search = new RoomsSearch(db, storedText);
  const most = { messages: limit, chars: Number.MAX_SAFE_INTEGER };
  const { messages, more } = search.page(room.id, { filter: {}, words: wordsOf(text) }, most, "last");
  const lines = messages.map(({ id, nick, sender, stanza }) => {
    const who = nick === "" ? sender : `${oneLine(nick)} (${sender})`;
    return `${timeText(Math.floor(id / 1000))} ${who}: ${oneLine(textOf(stanza))}`;
  });
  if (lines.length === 0) return ["Nothing found."];
  return more ? [`The newest ${limit} of them; see --limit.`, ...lines] : lines;
}
