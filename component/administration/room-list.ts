/** Lists rooms, and finds messages in them. Reads the database, whether the component runs or not. */
import { z } from "zod";
import type { RoomName } from "../../storage/rooms-store.js";
import { wordsOf } from "../../storage/text-search.js";
import { TimeSlice } from "../limits/meter.js";
import { bodiesOf } from "../muc/archive/what-is-kept.js";
import { readOptions } from "../muc/options/room-options.js";
import { roomJid } from "../muc/rooms.js";
import { badRequest } from "../refusal.js";
import { parseXml, XmlFault } from "../xml/parse.js";
import { user } from "./accounts.js";
import type { Context } from "./context.js";
import { NEXT, PAGE, reading, rows, time, word } from "./operation.js";
import { STORED_ROOM } from "./room-parts.js";
import { comparable } from "./comparable-text.js";

/** How many rooms are read from the database at a time. */
const CHUNK = 500;

const roomShape = z.strictObject({
  room: word(z.string(), "room", "群"),
  members: word(z.int(), "members", "成员数"),
  inside: word(z.int(), "inside", "在群会话数"),
  public: word(z.boolean(), "public", "公开"),
  members_only: word(z.boolean(), "members only", "仅限成员"),
  persistent: word(z.boolean(), "persistent", "持久"),
  title: word(z.string(), "title", "标题"),
});
export type RoomListRow = z.output<typeof roomShape>;

export const roomListOperation = reading({
  name: "room list",
  en: "list or find rooms, ordered by id, with the numbers of members and of occupants' sessions",
  zh: "列出或查找群，按 id 排序，并显示成员数和在群会话数",
  example: "--member zhangsan",
  arguments: {
    text: word(z.string().max(200).default(""), "part of the id or title", "id 或标题的一部分", {
      placed: "plan",
    }),
    listed: word(z.boolean().default(false), "only public rooms", "只列出公开的群"),
    owner: user("only rooms that this user owns", "只列出此用户为群主的群").optional(),
    member: user(
      "only rooms of which this user is a member, administrator or owner",
      "只列出此用户为成员、管理员或群主的群",
    ).optional(),
    ...PAGE,
  },
  result: {
    rooms: rows(["rooms", "群"], ["No rooms.", "没有群。"], roomShape.shape),
    next: NEXT,
  },
  async run(context, { text: given, listed, limit, after: first, owner, member }) {
    const { settings, commit } = context;
    const { overview } = context.records;
    const text = comparable(given);
    const wanted = { listed, owner: owner?.text, member: member?.text, limit: CHUNK };
    commit.flush();
    const rooms: RoomListRow[] = [];
    const slice = new TimeSlice();
    let after = first.split("@")[0] ?? "";
    for (;;) {
      const found = overview.list(wanted, after);
      for (const room of found) {
        const options = readOptions(room.options, settings.rooms);
        if (!room.name.includes(text) && !comparable(options.name).includes(text)) continue;
        if (rooms.length === limit) return { rooms, next: rooms.at(-1)?.room };
        rooms.push(rowOf(context, room, options));
      }
      const last = found.at(-1);
      if (last === undefined || found.length < CHUNK) return { rooms };
      after = last.name;
      if (slice.isOver) await slice.yieldTurn();
    }
  },
});

function rowOf(
  { records, settings }: Context,
  { id, name }: RoomName,
  options: ReturnType<typeof readOptions>,
): RoomListRow {
  const { affiliations, sessions: inside } = records.overview.sizeOf(id);
  return {
    room: roomJid(name, settings.xmpp.domain)?.text ?? name,
    members: affiliations.owner + affiliations.admin + affiliations.member,
    inside,
    public: options.public,
    members_only: options.membersOnly,
    persistent: options.persistent,
    title: options.name,
  };
}

const grep = reading({
  name: "room grep",
  // It shows messages.
  right: "rooms",
  en: "search the messages of a room",
  zh: "搜索群的聊天记录",
  arguments: {
    room: STORED_ROOM,
    text: word(
      z.string(),
      "words that must all occur; a phrase stands in double quotation marks",
      "必须全部出现的词；短语用双引号括起",
      { placed: `'"next week"'` },
    ),
    limit: word(PAGE.limit, "maximum messages to show, the newest", "最多显示的消息数，最新的"),
  },
  result: {
    messages: rows(
      ["messages, the oldest first", "消息，最早的在前"],
      ["No messages found.", "没有找到消息。"],
      {
        at: time("time", "时间"),
        from: word(z.string(), "from", "发送者"),
        text: word(z.string(), "text", "文本", { whole: true }),
      },
    ),
    more: word(z.boolean().optional(), "more were found: raise the limit", "还有更多：请提高上限"),
  },
  async run(context, { room: { room }, text, limit }) {
    const words = wordsOf(text);
    if (words.length === 0) return badRequest("text: the text to search for contains no words");
    const size = { messages: limit, bytes: Infinity };
    const steps = context.records.archive.page(room.id, { words }, size, "last");
    const slice = new TimeSlice();
    let step = steps.next();
    while (step.done !== true) {
      if (slice.isOver) await slice.yieldTurn();
      step = steps.next();
    }
    const { messages, more } = step.value;
    return {
      messages: messages.map(({ id, nick, sender, stanza }) => {
        const message = parseXml(stanza);
        return {
          at: Math.floor(id / 1000),
          from: nick === "" ? sender : `${nick} (${sender})`,
          text: message instanceof XmlFault ? "" : bodiesOf(message),
        };
      }),
      ...(more && { more }),
    };
  },
});

export const ROOM_LISTS = [roomListOperation, grep];
