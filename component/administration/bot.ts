/** Bots, in whose names webhooks send, and their rooms of other group chat services. */
import { z } from "zod";
import { Refusal, refuse } from "../refusal.js";
import type { Context } from "./context.js";
import { PASSWORD, PICTURE, TITLE } from "./hook-arguments.js";
import { entered, parseRemoteRoom, requestEntry } from "./hook-parts.js";
import { changeRefusing, removeRoom } from "./needless-rooms.js";
import { changing, naming, reading, rows, time, word } from "./operation.js";

const NAMED = naming(
  word(z.string(), "bot: id or address", "机器人：id 或地址", { placed: "grafana" }),
  ({ records }, text) => {
    const [id = ""] = text.split("@");
    const unknown = () =>
      refuse.notFound(`bot: there is no bot ${id}: see bot list. Bots are made by hook add`);
    return records.bots.find(id) ?? unknown();
  },
);
const ROOM = naming(
  word(z.string(), "room's address", "群的地址", { placed: "room@conference.example.org" }),
  parseRemoteRoom,
);

const list = reading({
  name: "bot list",
  en: "list bots and their rooms of other group chat services: state, nickname, reason for being outside",
  zh: "列出机器人及其在其他群聊服务上的群：状态、昵称、不在群内的原因",
  result: {
    bots: rows(["bots", "机器人"], ["No bots.", "没有机器人。"], {
      bot: word(z.string(), "bot", "机器人"),
      title: word(z.string(), "name", "名称"),
      room: word(z.string().optional(), "room", "群"),
      state: word(z.enum(["outside", "entering", "inside", "unsure", "refused"]).optional(), "state", "状态"),
      nick: word(z.string().optional(), "nickname", "昵称"),
      since: time("since", "自").optional(),
      waiting: word(z.int().optional(), "posts waiting", "等待的消息"),
      reason: word(z.string().optional(), "reason", "原因"),
    }),
  },
  run({ records, settings, commit }) {
    commit.flush();
    const rooms = records.botRooms.list();
    return {
      bots: records.bots.all().flatMap(({ name, title }) => {
        const shown = { bot: `${name}@${settings.xmpp.domain}`, title };
        const places = rooms.filter(({ bot }) => bot === name);
        if (places.length === 0) return [shown];
        return places.map(({ room, state, nick, since, posts, reason }) => ({
          ...shown,
          room,
          state,
          nick,
          since,
          waiting: posts,
          reason,
        }));
      }),
    };
  },
});

const enter = changing({
  name: "bot enter",
  en: "make a bot enter a room of another group chat service and stay there; a bot that was refused tries again at once",
  zh: "让机器人进入其他群聊服务上的群并留在群内；被拒绝过的机器人会立即重试",
  arguments: { bot: NAMED, room: ROOM, password: PASSWORD },
  async run(context, { bot: { name }, room: { text: room }, password }) {
    const entry = { bot: name, room };
    const message = `${name} was asked to enter ${room}.`;
    const asked = await context.change(() => requestEntry(context, entry, true, password) ?? { message });
    if (asked instanceof Refusal) return asked;
    const { text, isInside } = await entered(context, entry);
    return isInside || context.running === undefined ? { message: text } : refuse.unavailable(text);
  },
});

const leave = changing({
  name: "bot leave",
  en: "make a bot leave a room of another group chat service",
  zh: "让机器人离开其他群聊服务上的群",
  arguments: { bot: NAMED, room: ROOM },
  run: (context, { bot: { name }, room: { text: room } }) =>
    changeRefusing(context, (refused) => {
      const { botRooms } = context.records;
      if (botRooms.find(name, room) === undefined)
        return refuse.notFound(`room: ${name} has no room ${room}: see bot list`);
      const needed = refuseNeeded(context, name, room);
      if (needed !== undefined) return needed;
      refused.push(...removeRoom(context, { bot: name, room }, `an operator made ${name} leave`));
      return { message: `${name}@${context.settings.xmpp.domain} leaves ${room}.` };
    }),
});

const set = changing({
  name: "bot set",
  en: "change a bot's name or picture",
  zh: "修改机器人的名称或头像",
  example: "grafana --title Alerts",
  arguments: { bot: NAMED, title: TITLE, picture: PICTURE },
  run: ({ records, change }, { bot: { name, ...known }, title, picture }) =>
    change(() => {
      records.bots.put({ name, title: title ?? known.title, picture: picture ?? known.picture });
      return { message: `The bot ${name} was changed.` };
    }),
});

/** Returns a refusal if a webhook needs the bot in this room. */
function refuseNeeded({ records }: Context, bot: string, room: string): Refusal | undefined {
  const needing =
    records.hooks.list().find((hook) => hook.bot === bot && hook.receiver === room) ??
    records.outgoingHooks.list().find((hook) => hook.bot === bot && hook.rooms?.includes(room) === true);
  if (needing === undefined) return undefined;
  return refuse.forbidden(
    `room: the hook ${needing.name} needs ${bot} there: remove the hook, or change its receiver (hook set --to)`,
  );
}

export const BOT_OPERATIONS = [list, enter, leave, set];
