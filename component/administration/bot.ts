/** Bots, in whose names webhooks send, and their rooms of other group chat services. */
import { z } from "zod";
import { Refusal, refuse } from "../refusal.js";
import type { Context } from "./context.js";
import { PASSWORD, PICTURE, TITLE } from "./hook-arguments.js";
import { entered, parseRemoteRoom, pictureIn, requestEntry } from "./hook-parts.js";
import { changing, reading, rows, time, word } from "./operation.js";

const BOT_ID = word(
  z.string().transform((text) => text.split("@")[0] ?? ""),
  "bot: id or address",
  "机器人：id 或地址",
  { placed: "grafana" },
);
const ROOM = word(z.string(), "room's address", "群的地址", { placed: "room@conference.example.org" });

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
  arguments: { bot: BOT_ID, room: ROOM, password: PASSWORD },
  async run(context, { bot: name, room: text, password }) {
    const room = parseRemoteRoom(context, text);
    if (room instanceof Refusal) return room;
    const entry = { bot: name, room: room.text };
    const asked = await context.change(
      () =>
        refuseUnknown(context, name) ??
        requestEntry(context, entry, true, password) ?? {
          message: `${name} was asked to enter ${room.text}.`,
        },
    );
    if (asked instanceof Refusal) return asked;
    const { text: message, isInside } = await entered(context, entry);
    return isInside || context.running === undefined ? { message } : refuse.unavailable(message);
  },
});

const leave = changing({
  name: "bot leave",
  en: "make a bot leave a room of another group chat service",
  zh: "让机器人离开其他群聊服务上的群",
  arguments: { bot: BOT_ID, room: ROOM },
  async run(context, { bot: name, room: text }) {
    const room = parseRemoteRoom(context, text);
    if (room instanceof Refusal) return room;
    const { botRooms } = context.records;
    return await context.change(() => {
      const unknown = refuseUnknown(context, name);
      if (unknown !== undefined) return unknown;
      if (botRooms.find(name, room.text) === undefined)
        return refuse.notFound(`room: ${name} has no room ${room.text}: see bot list`);
      const needed = refuseNeeded(context, name, room.text);
      if (needed !== undefined) return needed;
      botRooms.remove(name, room.text);
      return { message: `${name}@${context.settings.xmpp.domain} leaves ${room.text}.` };
    });
  },
});

const set = changing({
  name: "bot set",
  en: "change a bot's name or picture",
  zh: "修改机器人的名称或头像",
  example: "grafana --title Alerts",
  arguments: { bot: BOT_ID, title: TITLE, picture: PICTURE },
  async run(context, { bot: name, title, picture: given }) {
    const picture = pictureIn(context, given);
    if (picture instanceof Refusal) return picture;
    return await context.change(() => {
      const { bots } = context.records;
      const known = bots.find(name);
      if (known === undefined) return refuseUnknown(context, name) ?? { message: "" };
      bots.put({ name, title: title ?? known.title, picture: picture ?? known.picture });
      return { message: `The bot ${name} was changed.` };
    });
  },
});

function refuseUnknown({ records }: Context, name: string): Refusal | undefined {
  if (records.bots.find(name) !== undefined) return undefined;
  return refuse.notFound(`bot: there is no bot ${name}: see bot list. Bots are made by hook add`);
}

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

export const BOT = [list, enter, leave, set];
