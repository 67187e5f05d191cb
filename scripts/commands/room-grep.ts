/** `room grep`: finds messages with the full-text index of clients' archive searches. */
import { textOf } from "../../component/muc/archive/keeping.js";
import type { AccountJid } from "../../component/address.js";
import { counted } from "../../component/wording.js";
import { atOnce } from "../../component/meter.js";
import { parseXml, XmlFault } from "../../component/xml/parse.js";
import type { Database } from "../../storage/database.js";
import { RoomsArchiveReads } from "../../storage/rooms-archive-reads.js";
import { RoomsStore } from "../../storage/rooms-store.js";
import { wordsOf } from "../../storage/text-search.js";
import { oneLine } from "../one-line.js";
import { timeText } from "../local-time.js";

export interface Grep {
  readonly text: string;
  /** The maximum number of messages to show. The newest are shown. */
  readonly limit: number;
}

/** Searches a room's archive. @returns lines, oldest message first; undefined if there is no such room */
export function grepRoom(db: Database, jid: AccountJid, { text, limit }: Grep): string[] | undefined {
  const room = new RoomsStore(db).find(jid.local);
  if (room === undefined) return undefined;
  const size = { messages: limit, bytes: Infinity };
  const steps = new RoomsArchiveReads(db).page(room.id, { words: wordsOf(text) }, size, "last");
  // This process serves no other requests, so the search needs neither pauses nor a quota.
  const { messages, more } = atOnce(steps, () => undefined);
  const lines = messages.map(({ id, nick, sender, stanza }) => {
    const who = nick === "" ? sender : `${oneLine(nick)} (${sender})`;
    const message = parseXml(stanza);
    const said = message instanceof XmlFault ? "" : textOf(message);
    return `${timeText(Math.floor(id / 1000))} ${who}: ${oneLine(said)}`;
  });
  if (lines.length === 0) return ["No messages found."];
  return more ? [`Only the newest ${counted(limit, "message")}; use --limit for more.`, ...lines] : lines;
}
