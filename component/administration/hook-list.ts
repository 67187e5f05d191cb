/** What operators see of webhooks. */
import { z } from "zod";
import type { StoredHook } from "../../storage/hooks-store.js";
import type { StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import type { Context } from "./context.js";
import { time, word } from "./fields.js";

const TROUBLE = word(z.string().optional(), "problem", "问题");

export const incomingShape = z.strictObject({
  name: word(z.string(), "name", "名称"),
  to: word(z.string(), "receiver", "接收者"),
  sender: word(z.string(), "sender", "发送者"),
  title: word(z.string().optional(), "display name", "显示名称"),
  format: word(z.string(), "format", "格式"),
  signed: word(z.boolean(), "signed", "签名"),
  update: word(z.boolean(), "update", "更正"),
  announce_resolved: word(z.boolean(), "announce resolved", "恢复通知"),
  template: word(z.boolean(), "own template", "自定义模板"),
  rate: word(z.number().optional(), "posts per second", "每秒次数"),
  body_bytes: word(z.int().optional(), "bytes of a post", "推送字节数"),
  trouble: TROUBLE,
  posts: word(z.int().optional(), "posts", "推送次数"),
  refused: word(z.int().optional(), "refused", "被拒"),
  last: time("last post", "最近推送").optional(),
  made: time("made", "创建时间"),
  id: word(z.string(), "id", "id"),
});

export const outgoingShape = z.strictObject({
  name: word(z.string(), "name", "名称"),
  deliver_to: word(z.string(), "deliver to", "投递到"),
  on: word(z.array(z.string()), "events", "事件"),
  room: word(z.array(z.string()).optional(), "rooms", "群"),
  match: word(z.string().optional(), "matching", "匹配"),
  only: word(z.string().optional(), "only", "仅限"),
  form: word(z.string(), "form", "格式"),
  sender: word(z.string().optional(), "replies by", "回复者"),
  waiting: word(z.int(), "waiting", "等待投递"),
  dead: word(z.int(), "dead letters", "死信"),
  fault: word(z.string().optional(), "fault", "故障"),
  retry: time("next attempt", "下次重试").optional(),
  trouble: TROUBLE,
  made: time("made", "创建时间"),
});

export function incomingRow(context: Context, hook: StoredHook): z.output<typeof incomingShape> {
  const { records, running, settings } = context;
  const { name, receiver: to, bot, format, corrects: update, limits, madeAt: made, id } = hook;
  const room = bot === undefined ? undefined : records.botRooms.find(bot, to);
  const use = running?.http?.calls.useOf("hook", name);
  return {
    ...{ name, to, format, update, made, id },
    sender: hook.sender ?? `${bot ?? ""}@${settings.xmpp.domain}`,
    title: bot === undefined ? undefined : records.bots.find(bot)?.title,
    signed: hook.signatureKey !== undefined,
    announce_resolved: hook.announces,
    template: hook.template !== undefined,
    rate: limits.rate,
    body_bytes: limits.bodyBytes,
    trouble: room?.reason ?? (room?.state === "inside" ? undefined : room?.state),
    ...(use && { posts: use.calls, refused: use.refused, last: use.lastAt }),
  };
}

export function outgoingRow(
  { records, settings }: Context,
  hook: StoredOutgoingHook,
): z.output<typeof outgoingShape> {
  const { name, url, events, rooms, pattern, form, bot, waiting, failures, madeAt: made, id } = hook;
  const outside = records.botRooms.list().filter((each) => each.bot === bot && each.reason !== undefined);
  const own = outside.filter(({ room }) => rooms?.includes(room) !== false);
  return {
    ...{ name, form, waiting, made },
    deliver_to: shownUrl(url),
    on: [...events],
    room: rooms && [...rooms],
    match: pattern,
    only: hook.onlyMentions ? "mentions" : undefined,
    sender: bot === undefined ? undefined : `${bot}@${settings.xmpp.domain}`,
    dead: records.hookEvents.deadByHook().get(id) ?? 0,
    fault: failures === 0 ? undefined : hook.fault,
    retry: failures === 0 ? undefined : hook.retryAt,
    trouble:
      own.length === 0 ? undefined : own.map(({ room, reason }) => `${room}: ${reason ?? ""}`).join("; "),
  };
}

/** How many characters of a URL's path are shown. */
const SHOWN_PATH = "/hooks".length;

/** Returns a URL without what may be secret: user, password, query, and most of the path. */
function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.length > SHOWN_PATH ? `${pathname.slice(0, SHOWN_PATH)}…` : pathname}`;
}
