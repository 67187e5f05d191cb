/** Lists and shows webhooks. */
import { z } from "zod";
import { shownUrl } from "../wording.js";
import type { StoredHook } from "../../storage/hooks-store.js";
import type { StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import { CRITICAL } from "../hooks/alerts/steps.js";
import { durationText } from "../hooks/formats/times.js";
import { outcomeOf, outcomeText } from "../hooks/outcome.js";
import type { Context } from "./context.js";
import { HOOK } from "./hook-arguments.js";
import { ownHooks } from "./hook-owners.js";
import { lacksRoom } from "./hook-parts.js";
import { NEXT, PAGE, type Output, reading, rows, time, word, pageIn } from "./operation.js";
import { isOwner } from "./rights.js";

const TROUBLE = word(z.string().optional(), "problem", "问题");

const incomingShape = {
  name: word(z.string(), "name", "名称"),
  to: word(z.string(), "receiver", "接收者"),
  sender: word(z.string(), "sender", "发送者"),
  title: word(z.string().optional(), "display name", "显示名称", { inner: true }),
  format: word(z.string(), "format", "格式"),
  signed: word(z.boolean(), "signed", "签名", { inner: true }),
  update: word(z.boolean(), "update", "更正"),
  announce_resolved: word(z.boolean(), "announce resolved", "恢复通知", { inner: true }),
  own_template: word(z.boolean(), "own template", "自定义模板", { inner: true }),
  rate: word(z.number().optional(), "posts per second", "每秒请求数"),
  body_bytes: word(z.int().optional(), "bytes of a post", "POST 请求字节数", { inner: true }),
  only_events: word(z.array(z.string()).optional(), "only events", "仅这些事件", { inner: true }),
  except_events: word(z.array(z.string()).optional(), "except events", "除外的事件", { inner: true }),
  branches: word(z.array(z.string()).optional(), "branches", "分支", { inner: true }),
  step: word(z.array(z.string()).optional(), "steps", "通知步骤", { inner: true }),
  steps_from: word(z.string().optional(), "steps from", "通知起始级别", { inner: true }),
  mention: word(z.array(z.string()).optional(), "mentions", "提及", { inner: true }),
  mention_from: word(z.string().optional(), "mentions from", "提及起始级别", { inner: true }),
  silence_at: word(z.string().optional(), "silences at", "静默于", { inner: true }),
  fetch_from: word(z.array(z.string()).optional(), "fetches from", "可获取图片的主机", { inner: true }),
  expect_every: word(z.string().optional(), "expected every", "预期间隔", { inner: true }),
  grace: word(z.string().optional(), "grace", "宽限", { inner: true }),
  quiet: word(z.boolean(), "quiet", "安静", { inner: true }),
  trouble: TROUBLE,
  posts: word(z.int().optional(), "posts since start", "启动以来的 POST 请求数"),
  refused: word(z.int().optional(), "refused since start", "启动以来被拒数"),
  last: time("last post", "最近 POST 请求").optional(),
  outcome: word(z.string().optional(), "last outcome", "最近结果"),
  made: time("made", "创建时间"),
  made_by: word(z.string().optional(), "made by the room's owner", "创建的群主"),
  id: word(z.string(), "id", "id", { inner: true }),
};

const outgoingShape = {
  name: word(z.string(), "name", "名称"),
  url: word(z.string(), "delivers to", "投递到"),
  on: word(z.array(z.string()), "events", "事件"),
  room: word(z.array(z.string()).optional(), "rooms", "群"),
  match: word(z.string().optional(), "matching", "匹配"),
  only: word(z.string().optional(), "only", "仅限"),
  form: word(z.string(), "form", "格式"),
  sender: word(z.string().optional(), "replies by", "回复者"),
  waiting: word(z.int(), "waiting", "等待投递"),
  dead: word(z.int(), "dead letters", "死信"),
  fault: word(z.string().optional(), "error", "故障"),
  retry: time("next attempt", "下次重试").optional(),
  trouble: TROUBLE,
  made: time("made", "创建时间"),
};

function incomingRow(context: Context, hook: StoredHook): Output<typeof incomingShape> {
  const { records, running, settings } = context;
  const {
    name,
    receiver: to,
    bot,
    format,
    corrects: update,
    limits,
    filters,
    calls,
    madeAt: made,
    id,
  } = hook;
  const room = bot === undefined ? undefined : records.botRooms.find(bot, to);
  const use = running?.http?.calls.useOf("hook", name);
  const last = records.hookMessages.last(id);
  const { silenceAt } = hook.source;
  const { expectMs, graceMs, quiet } = hook.expectation;
  return {
    name,
    to,
    format,
    update,
    made,
    made_by: hook.madeBy,
    id,
    sender: hook.sender ?? `${bot ?? ""}@${settings.xmpp.domain}`,
    title: bot === undefined ? undefined : records.bots.find(bot)?.title,
    signed: hook.signatureKey !== undefined,
    announce_resolved: hook.announces,
    own_template: hook.template !== undefined,
    rate: limits.rate,
    body_bytes: limits.bodyBytes,
    only_events: listed(filters.onlyEvents),
    except_events: listed(filters.exceptEvents),
    branches: listed(filters.branches),
    step: listed(calls.steps),
    steps_from: calls.steps && (calls.stepsFrom ?? CRITICAL),
    mention: listed(calls.mentions),
    mention_from: calls.mentions && (calls.mentionsFrom ?? CRITICAL),
    silence_at: silenceAt,
    fetch_from: listed(hook.fetchFrom),
    expect_every: expectMs === undefined ? undefined : durationText(expectMs),
    grace: graceMs === undefined ? undefined : durationText(graceMs),
    quiet,
    trouble: lacksRoom(hook, records.rooms, settings.xmpp.domain)
      ? "the room doesn't exist: posts are refused"
      : (room?.reason ?? (room?.state === "inside" ? undefined : room?.state)),
    ...(use && { posts: use.calls, refused: use.refused, last: use.lastAt }),
    outcome: last && outcomeText(running?.hooks.outcomeOf(last) ?? outcomeOf(last, records.outbox)),
  };
}

function listed(filter: readonly string[] | undefined): string[] | undefined {
  return filter && [...filter];
}

function outgoingRow({ records, settings }: Context, hook: StoredOutgoingHook): Output<typeof outgoingShape> {
  const { name, url, events, rooms, pattern, form, bot, waiting, failures, madeAt: made, id } = hook;
  const outside = records.botRooms.list().filter((each) => each.bot === bot && each.reason !== undefined);
  const own = outside.filter(({ room }) => rooms?.includes(room) !== false);
  return {
    name,
    form,
    waiting,
    made,
    url: shownUrl(url),
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

export const listHooks = reading({
  name: "hook list",
  en: "list incoming hooks with receiver, sender and format, and outgoing hooks with destination and events",
  zh: "列出入站 Webhook 的接收者、发送者和格式，以及出站 Webhook 的 URL 和事件",
  arguments: {
    kind: word(z.enum(["incoming", "outgoing"]).optional(), "only hooks of this kind", "只列出此类 Webhook"),
    ...PAGE,
  },
  result: {
    incoming: rows(
      ["incoming hooks", "入站 Webhook"],
      ["No incoming hooks.", "没有入站 Webhook。"],
      incomingShape,
    ),
    outgoing: rows(
      ["outgoing hooks", "出站 Webhook"],
      ["No outgoing hooks.", "没有出站 Webhook。"],
      outgoingShape,
    ),
    next: NEXT,
  },
  run(context, { kind, ...wanted }) {
    const { hooks, outgoingHooks } = context.records;
    const isLimited = isOwner(context.who);
    const incoming = kind === "outgoing" ? [] : isLimited ? ownHooks(context) : hooks.list();
    const outgoing = kind === "incoming" || isLimited ? [] : outgoingHooks.list();
    const names = [...incoming, ...outgoing].map(({ name }) => name).sort();
    const { entries, next } = pageIn(names, wanted, String);
    const shown = new Set(entries);
    return {
      incoming: incoming.filter(({ name }) => shown.has(name)).map((hook) => incomingRow(context, hook)),
      outgoing: outgoing.filter(({ name }) => shown.has(name)).map((hook) => outgoingRow(context, hook)),
      next,
    };
  },
});

export const showHook = reading({
  name: "hook show",
  en: "show a hook",
  zh: "显示一个 Webhook",
  arguments: { name: HOOK },
  result: {
    ...z.object({ ...outgoingShape, ...incomingShape }).partial().shape,
    text: word(z.string().optional(), "template", "模板", { long: true }),
  },
  run: (context, { name: { kind, hook } }) =>
    kind === "incoming" ? { ...incomingRow(context, hook), text: hook.template } : outgoingRow(context, hook),
});
