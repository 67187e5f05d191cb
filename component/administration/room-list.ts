/** Shows rooms, their users and occupants, and finds messages. Reads the database, whether the component runs or not. */
import { z } from "zod";
import type { FoundRoom, RoomsFilter } from "../../storage/rooms-overview.js";
import { wordsOf } from "../../storage/text-search.js";
import { TimeSlice } from "../meter.js";
import { configFields } from "../muc/admin/config-fields.js";
import { OWNER_LISTS } from "../muc/admin/owner-lists.js";
import { textOf } from "../muc/archive/keeping.js";
import { readOptions } from "../muc/room/options.js";
import { readSubject, subjectText } from "../muc/room/subject.js";
import { roomJid } from "../muc/rooms.js";
import { Errcode, Refusal } from "../refusal.js";
import { parseXml, XmlFault } from "../xml/parse.js";
import type { Context } from "./context.js";
import { NEXT, operation, PAGE, time, word } from "./operation.js";
import { namedOptions } from "./room-make.js";
import { findStored, ROOM } from "./room-parts.js";

const AFFILIATIONS = ["owner", "admin", "member", "outcast"] as const;
const affiliation = z.enum(AFFILIATIONS);

/** How many rooms are read from the database at a time. */
const CHUNK = 500;

const roomShape = z.strictObject({
  room: word(z.string(), "room", "群"),
  members: word(z.int(), "members", "成员数"),
  inside: word(z.int(), "inside", "在群会话数"),
  public: word(z.boolean(), "public", "公开"),
  members_only: word(z.boolean(), "members only", "仅限成员"),
  persistent: word(z.boolean(), "persistent", "保留"),
  title: word(z.string(), "title", "标题"),
});
export type ListedRoom = z.output<typeof roomShape>;

export const listRooms = operation({
  name: "room list",
  summary: {
    en: "list or find rooms, ordered by id, with the numbers of members and of sessions inside",
    zh: "列出或查找群，按 id 排序，并显示成员数和在群会话数",
  },
  example: "--member zhangsan",
  positional: ["text"],
  arguments: z.strictObject({
    text: word(z.string().max(200).default(""), "part of the id or title", "id 或标题的一部分"),
    listed: word(z.boolean().default(false), "only public rooms", "只列出公开的群"),
    owner: word(z.string().optional(), "only rooms that this user owns", "只列出此用户为群主的群"),
    member: word(
      z.string().optional(),
      "only rooms of which this user is a member, administrator or owner",
      "只列出此用户为成员、管理员或群主的群",
    ),
    ...PAGE,
  }),
  result: z.strictObject({
    rooms: word(z.array(roomShape), "rooms", "群", { none: { en: "No rooms.", zh: "没有群。" } }),
    next: NEXT,
  }),
  effect: "read",
  needs: "database",
  async run(context, { text: given, listed, limit, after: first, ...users }) {
    const { settings, commit } = context;
    const { overview } = context.records;
    const text = plain(given);
    const filter: Record<"owner" | "member", string | undefined> = { owner: undefined, member: undefined };
    for (const kind of ["owner", "member"] as const) {
      const user = users[kind];
      const account = user === undefined ? undefined : context.addresses.account(user, kind);
      if (account instanceof Refusal) return account;
      filter[kind] = account?.text;
    }
    commit.flush();
    const rooms: ListedRoom[] = [];
    const slice = new TimeSlice();
    let after = first.split("@")[0] ?? "";
    for (;;) {
      const wanted: RoomsFilter = { listed, ...filter, limit: CHUNK };
      const found = overview.list(wanted, after);
      for (const room of found) {
        const options = readOptions(room.options, settings.rooms);
        if (!room.name.includes(text) && !plain(options.name).includes(text)) continue;
        if (rooms.length === limit) return { rooms, next: rooms.at(-1)?.room };
        rooms.push(listed_(context, room, options));
      }
      const last = found.at(-1);
      if (last === undefined || found.length < CHUNK) return { rooms };
      after = last.name;
      if (slice.isOver) await slice.yieldTurn();
    }
  },
});

function listed_(
  { records, settings }: Context,
  { id, name }: FoundRoom,
  options: ReturnType<typeof readOptions>,
): ListedRoom {
  const { affiliations, sessions: inside } = records.overview.sizeOf(id);
  return {
    room: roomJid(name, settings.xmpp.domain)?.text ?? name,
    members: affiliations.owner + affiliations.admin + affiliations.member,
    inside,
    ...{ public: options.public, members_only: options.membersOnly, persistent: options.persistent },
    title: options.name,
  };
}

function plain(text: string): string {
  return text.normalize("NFC").trim().toLowerCase();
}

const usersShape = word(
  z.array(
    z.strictObject({
      user: word(z.string(), "user", "用户"),
      affiliation: word(affiliation, "affiliation", "身份"),
      nick: word(z.string().optional(), "reserved nickname", "预留昵称"),
      reason: word(z.string().optional(), "reason", "原因"),
      inside: word(z.boolean(), "inside", "在群内"),
    }),
  ),
  "users with an affiliation",
  "有身份的用户",
  { none: { en: "No users.", zh: "没有用户。" } },
);

const occupantsShape = word(
  z.array(
    z.strictObject({
      nick: word(z.string(), "nickname", "昵称"),
      user: word(z.string(), "user", "用户"),
      affiliation: word(affiliation.or(z.literal("none")), "affiliation", "身份"),
      role: word(z.string(), "role", "角色"),
      sessions: word(z.int(), "sessions", "会话数"),
    }),
  ),
  "occupants",
  "在群用户",
  { none: { en: "Nobody is inside.", zh: "群内没有人。" } },
);

const choice = z.strictObject({ value: z.string(), label: z.string(), zh: z.string().optional() });

const showRoom = operation({
  name: "room show",
  summary: {
    en: "show a room's options, subject, users, occupants and the size of its archive",
    zh: "显示群的选项、主题、用户、在群用户和存档大小",
  },
  example: "plan",
  positional: ["room"],
  arguments: z.strictObject({
    room: ROOM,
    limit: word(z.int().min(0).max(1000).default(20), "maximum entries per list", "每个列表的最多条数"),
  }),
  result: z.strictObject({
    room: word(z.string(), "room", "群"),
    title: word(z.string(), "title", "标题"),
    subject: word(z.string().optional(), "subject", "主题"),
    subject_by: word(z.string().optional(), "subject by", "主题设置者"),
    subject_at: time("subject set", "主题设置时间").optional(),
    created: time("created", "创建时间"),
    locked: word(z.boolean(), "locked (not configured yet)", "已锁定（尚未配置）"),
    owners: word(z.int(), "owners", "群主数"),
    admins: word(z.int(), "administrators", "管理员数"),
    members: word(z.int(), "members", "成员数"),
    banned: word(z.int(), "banned", "封禁数"),
    inside: word(z.int(), "sessions inside", "在群会话数"),
    messages: word(z.int(), "messages in the archive", "存档消息数"),
    oldest: time("oldest message", "最早的消息").optional(),
    newest: time("newest message", "最新的消息").optional(),
    options: word(
      z.array(
        z.strictObject({
          option: word(z.string(), "option", "选项"),
          values: word(z.array(z.string()), "value", "值"),
          label: word(z.string(), "meaning", "含义"),
          zh: word(z.string(), "meaning in Chinese", "中文含义", { inner: true }),
          type: word(z.string(), "type", "类型", { inner: true }),
          choices: word(z.array(choice), "choices", "可选值", { inner: true }),
          open: word(z.boolean(), "whether other values are accepted", "是否接受其他值", { inner: true }),
        }),
      ),
      "options",
      "选项",
    ),
    users: usersShape,
    occupants: occupantsShape,
  }),
  effect: "read",
  needs: "database",
  run(context, { room: text, limit }) {
    const found = findStored(context, text);
    if (found instanceof Refusal) return found;
    const { jid, room } = found;
    const { overview } = context.records;
    const { affiliations, sessions: inside } = overview.sizeOf(room.id);
    const { messages, first, last } = overview.archiveOf(room.id);
    const subject = room.subject === undefined ? undefined : readSubject(room.subject);
    const options = readOptions(room.options, context.settings.rooms);
    return {
      ...{ room: jid.text, title: options.name, created: room.createdAt, locked: room.locked },
      ...(subject && { subject: subjectText(subject), subject_by: subject.nick, subject_at: subject.at }),
      ...{ owners: affiliations.owner, admins: affiliations.admin, members: affiliations.member },
      ...{ banned: affiliations.outcast, inside, messages },
      ...(first !== undefined && { oldest: Math.floor(first / 1000) }),
      ...(last !== undefined && { newest: Math.floor(last / 1000) }),
      options: optionRows(context, room.id, options),
      users: overview.usersOf(room.id, { limit }),
      occupants: overview.occupantsOf(room.id, { limit }),
    };
  },
});

/** Returns a room's options. The value of the password isn't returned. */
function optionRows({ settings, records }: Context, id: number, options: ReturnType<typeof readOptions>) {
  const shown = new Map(configFields(settings.rooms).map((field) => [field.name, field.show(options)]));
  const lists = new Map<string, (typeof OWNER_LISTS)[number]>(OWNER_LISTS.map((list) => [list.name, list]));
  return namedOptions(settings.rooms).map(({ name, word: option }) => {
    const list = lists.get(name);
    if (list !== undefined) {
      const { label, zh } = list;
      const users = records.overview.usersOf(id, { affiliation: list.affiliation, limit: 1000 });
      const values = users.map(({ user }) => user);
      return { option, values, label, zh, type: "jid-multi", choices: [], open: true };
    }
    const {
      label = option,
      zh = label,
      type = "",
      values = [],
      choices = [],
      isOpen = false,
    } = shown.get(name) ?? {};
    return {
      ...{ option, label, zh, type, open: isOpen, choices: [...choices] },
      values:
        type === "text-private" ? [] : type === "boolean" ? [values[0] === "1" ? "yes" : "no"] : [...values],
    };
  });
}

const listUsers = operation({
  name: "room users",
  summary: {
    en: "list a room's owners, administrators, members and banned users",
    zh: "列出群主、管理员、成员和被封禁的用户",
  },
  example: "plan --affiliation owner",
  positional: ["room"],
  arguments: z.strictObject({
    room: ROOM,
    affiliation: word(affiliation.optional(), "only users with this affiliation", "只列出此身份的用户"),
    ...PAGE,
  }),
  result: z.strictObject({ users: usersShape, next: NEXT }),
  effect: "read",
  needs: "database",
  run(context, { room, ...wanted }) {
    const found = findStored(context, room);
    if (found instanceof Refusal) return found;
    const { limit } = wanted;
    const users = context.records.overview.usersOf(found.room.id, { ...wanted, limit: limit + 1 });
    return { users: users.slice(0, limit), next: users.length > limit ? users[limit - 1]?.user : undefined };
  },
});

export const listOccupants = operation({
  name: "room occupants",
  summary: { en: "list who is inside a room", zh: "列出在群用户" },
  example: "plan",
  positional: ["room"],
  arguments: z.strictObject({ room: ROOM, ...PAGE }),
  result: z.strictObject({ occupants: occupantsShape, next: NEXT }),
  effect: "read",
  needs: "database",
  run(context, { room, limit, after }) {
    const found = findStored(context, room);
    if (found instanceof Refusal) return found;
    const inside = context.records.overview.occupantsOf(found.room.id, { limit: limit + 1, after });
    return {
      occupants: inside.slice(0, limit),
      next: inside.length > limit ? inside[limit - 1]?.nick : undefined,
    };
  },
});

const grep = operation({
  name: "room grep",
  summary: { en: "search the messages of a room", zh: "搜索群的聊天记录" },
  example: "plan deadline",
  positional: ["room", "text"],
  arguments: z.strictObject({
    room: ROOM,
    text: word(
      z.string(),
      "words that must all occur; a phrase in double quotation marks",
      "必须全部出现的词；短语用双引号",
    ),
    limit: word(PAGE.limit, "maximum messages to show, the newest", "最多显示的消息数，最新的"),
  }),
  result: z.strictObject({
    messages: word(
      z.array(
        z.strictObject({
          at: time("time", "时间"),
          from: word(z.string(), "from", "发送者"),
          text: word(z.string(), "text", "文本", { whole: true }),
        }),
      ),
      "messages, the oldest first",
      "消息，最早的在前",
      { none: { en: "No messages found.", zh: "没有找到消息。" } },
    ),
    more: word(z.boolean().optional(), "more were found: raise the limit", "还有更多：请提高上限"),
  }),
  effect: "read",
  needs: "database",
  async run(context, { room: name, text, limit }) {
    const found = findStored(context, name);
    if (found instanceof Refusal) return found;
    const words = wordsOf(text);
    if (words.length === 0)
      return new Refusal(Errcode.request, "text: the text to search for contains no words");
    const size = { messages: limit, bytes: Infinity };
    const steps = context.records.archive.page(found.room.id, { words }, size, "last");
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
          text: message instanceof XmlFault ? "" : textOf(message),
        };
      }),
      ...(more && { more }),
    };
  },
});

export const ROOM_LISTS = [listRooms, showRoom, listUsers, listOccupants, grep];
