/** Shows a room with its users and occupants. Reads the database, whether the component runs or not. */
import { z } from "zod";
import { configFields, OWNER_LISTS } from "../muc/admin/config-fields.js";
import { readOptions } from "../muc/options/room-options.js";
import { readSubject, subjectText } from "../muc/room/subject.js";
import type { Context } from "./context.js";
import { NEXT, PAGE, reading, rows, time, word, pageOf } from "./operation.js";
import { namedOptions } from "./room-make.js";
import { STORED_ROOM } from "./room-parts.js";

const affiliation = z.enum(["owner", "admin", "member", "outcast"]);

const usersShape = rows(["users with an affiliation", "有身份的用户"], ["No users.", "没有用户。"], {
  user: word(z.string(), "user", "用户"),
  affiliation: word(affiliation, "affiliation", "身份"),
  nick: word(z.string().optional(), "reserved nickname", "预留昵称"),
  reason: word(z.string().optional(), "reason", "原因"),
  inside: word(z.boolean(), "inside", "在群内"),
});

const occupantsShape = rows(["occupants", "在群用户"], ["Nobody is inside.", "群内没有人。"], {
  nick: word(z.string(), "nickname", "昵称"),
  user: word(z.string(), "user", "用户"),
  affiliation: word(affiliation.or(z.literal("none")), "affiliation", "身份"),
  role: word(z.string(), "role", "角色"),
  sessions: word(z.int(), "sessions", "会话数"),
});

const choice = z.strictObject({ value: z.string(), label: z.string(), zh: z.string().optional() });

export const showRoom = reading({
  name: "room show",
  en: "show a room: its options, subject, users, occupants and the size of its archive",
  zh: "显示群的选项、主题、用户、在群用户和存档大小",
  arguments: {
    room: STORED_ROOM,
    limit: word(z.int().min(0).max(1000).default(20), "maximum entries per list", "每个列表的最多条数"),
  },
  result: {
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
  },
  run(context, { room: { jid, room }, limit }) {
    const { overview } = context.records;
    const { affiliations, sessions: inside } = overview.sizeOf(room.id);
    const { messages, first, last } = overview.archiveOf(room.id);
    const subject = room.subject === undefined ? undefined : readSubject(room.subject);
    const options = readOptions(room.options, context.settings.rooms);
    return {
      room: jid.text,
      title: options.name,
      created: room.createdAt,
      locked: room.locked,
      ...(subject && { subject: subjectText(subject), subject_by: subject.nick, subject_at: subject.at }),
      owners: affiliations.owner,
      admins: affiliations.admin,
      members: affiliations.member,
      banned: affiliations.outcast,
      inside,
      messages,
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
      option,
      label,
      zh,
      type,
      open: isOpen,
      choices: [...choices],
      values:
        type === "text-private" ? [] : type === "boolean" ? [values[0] === "1" ? "yes" : "no"] : [...values],
    };
  });
}

const listUsers = reading({
  name: "room users",
  en: "list the users of a room: its owners, administrators, members and banned users",
  zh: "列出群主、管理员、成员和被封禁的用户",
  example: "plan --affiliation owner",
  arguments: {
    room: STORED_ROOM,
    affiliation: word(affiliation.optional(), "only users with this affiliation", "只列出此身份的用户"),
    ...PAGE,
  },
  result: { users: usersShape, next: NEXT },
  run({ records: { overview } }, { room: { room }, ...wanted }) {
    const { limit } = wanted;
    const users = overview.usersOf(room.id, { ...wanted, limit: limit + 1 });
    const { entries, next } = pageOf(users, limit, ({ user }) => user);
    return { users: [...entries], next };
  },
});

const listOccupants = reading({
  name: "room occupants",
  en: "list who is inside a room",
  zh: "列出在群用户（occupant）",
  arguments: { room: STORED_ROOM, ...PAGE },
  result: { occupants: occupantsShape, next: NEXT },
  run({ records: { overview } }, { room: { room }, limit, after }) {
    const inside = overview.occupantsOf(room.id, { limit: limit + 1, after });
    const { entries, next } = pageOf(inside, limit, ({ nick }) => nick);
    return { occupants: [...entries], next };
  },
});

export const ROOM_SHOWS = [showRoom, listUsers, listOccupants];
