/** Webhooks: incoming ones turn programs' posts into messages, outgoing ones deliver events to programs. */
import { z } from "zod";
import { AUTO, FORMAT_NAMES, formatNamed, FORMATS } from "../hooks/formats/formats.js";
import { HookFault } from "../hooks/fault.js";
import { outcomeText } from "../hooks/outcome.js";
import { RETRY_MS } from "../hooks/outgoing/delivery-queue.js";
import { EVENT_KINDS, FORMS } from "../hooks/outgoing/outgoing-webhook.js";
import { Errcode, Refusal } from "../refusal.js";
import { counted } from "../wording.js";
import type { Context } from "./context.js";
import { PASSWORD } from "./entry.js";
import { addIncoming, rotateIncoming, setIncoming } from "./hook-incoming.js";
import { incomingRow, incomingShape, outgoingRow, outgoingShape } from "./hook-list.js";
import { addOutgoing, rotateOutgoing, setOutgoing, testOutgoing } from "./hook-outgoing.js";
import { findHook, NAME, PICTURE, TITLE } from "./hook-parts.js";
import { DONE, MESSAGE, NOTES, operation, time, word } from "./operation.js";

/** How the messages about an alert follow its changes. */
function switched<S extends z.ZodType>(schema: S, name: "update" | "announce_resolved"): S {
  return name === "update"
    ? word(
        schema,
        "correct an alert's message when the alert changes, instead of sending another",
        "告警变化时更正原消息，而不是再发一条",
      )
    : word(
        schema,
        "with update: also reply to the alert with a short message when it is resolved",
        "配合 update：告警恢复时另发一条简短的回复",
      );
}
const SWITCHES = {
  update: switched(z.boolean().default(false), "update"),
  announce_resolved: switched(z.boolean().default(false), "announce_resolved"),
};

/** Arguments of incoming and outgoing hooks. Those of the other kind are refused. */
const INCOMING = {
  to: word(
    z.string().optional(),
    "receiver: a room's id or address, or a user's address",
    "接收者：群的 id 或地址，或用户的地址",
  ),
  format: word(
    z.enum([AUTO, ...FORMAT_NAMES]).optional(),
    "format of the posts (default: auto)",
    "推送内容的格式（默认：auto）",
  ),
  template: word(
    z.string().optional(),
    'template of the message (default: the format\'s own; "default" restores it)',
    "消息模板（默认：格式自带的模板；default 表示恢复）",
    { file: "text", long: true },
  ),
  update: switched(z.boolean().optional(), "update"),
  announce_resolved: switched(z.boolean().optional(), "announce_resolved"),
  rate: word(
    z.union([z.number().min(0.1), z.literal("default")]).optional(),
    "maximum posts per second (default: hooks.rate)",
    "每秒最多推送次数（默认：hooks.rate）",
  ),
  body_bytes: word(
    z.union([z.int().min(1024), z.literal("default")]).optional(),
    "maximum size of a post in bytes (default: hooks.body_bytes)",
    "单次推送的最大字节数（默认：hooks.body_bytes）",
  ),
};
const OUTGOING = {
  deliver_to: word(
    z.string().optional(),
    "URL of the program that receives the events; makes the hook an outgoing one",
    "接收事件的程序的 URL；使其成为出站 Webhook",
  ),
  on: word(z.array(z.enum(EVENT_KINDS)).optional(), "events to deliver", "要投递的事件"),
  room: word(
    z.array(z.string()).optional(),
    "only events of this room, by id or address (default: all rooms)",
    "只投递此群的事件，填 id 或地址（默认：所有群）",
  ),
  match: word(
    z.string().optional(),
    'only messages whose text matches; "*" stands for any text',
    "只投递文本匹配的消息；* 代表任意文本",
  ),
  only: word(
    z.enum(["mentions", "all"]).optional(),
    "only room messages that mention the bot",
    "只投递提到机器人的群消息",
  ),
  form: word(
    z.enum(FORMS).optional(),
    "format of events; qtalk is that of QTalk's push_url",
    "事件的格式；qtalk 即 QTalk 的 push_url 格式",
  ),
  allow_inner: word(
    z.array(z.string()).optional(),
    "permit a private address or network for the program, such as 127.0.0.1",
    "允许程序使用的内网地址或网段，例如 127.0.0.1",
  ),
};
const SIGNED = word(
  z.boolean().default(false),
  "accept only posts with a signature (X-Hub-Signature-256), and make a key for it",
  "只接受带签名（X-Hub-Signature-256）的推送，并生成签名密钥",
);
const AS = word(
  z.string().optional(),
  "sender: a user's address, or a bot's id (default: a bot with the hook's name)",
  "发送者：用户的地址，或机器人的 id（默认：与 Webhook 同名的机器人）",
);
const SECRETS = {
  url: word(z.string().optional(), "URL; anyone who knows it can post", "URL；知道它的人都可以推送", {
    secret: true,
  }),
  key: word(z.string().optional(), "key that signs posts", "推送的签名密钥", { secret: true }),
  secret: word(
    z.string().optional(),
    "secret that signs deliveries (Standard Webhooks)",
    "投递的签名密钥（Standard Webhooks）",
    {
      secret: true,
    },
  ),
};
const CHANGED = z.strictObject({ message: MESSAGE, ...SECRETS, notes: NOTES.optional() });

const add = operation({
  name: "hook add",
  summary: {
    en: "create an incoming hook, or with deliver_to an outgoing hook; its URL or secret is shown only once",
    zh: "创建入站 Webhook；给出 deliver_to 则创建出站 Webhook；URL 或密钥只显示一次",
  },
  example: "grafana --to ops --format grafana",
  positional: ["name"],
  arguments: z.strictObject({
    ...{ name: NAME, as: AS, title: TITLE, picture: PICTURE },
    ...{ ...INCOMING, ...SWITCHES, signed: SIGNED, password: PASSWORD, ...OUTGOING },
  }),
  result: CHANGED,
  effect: "change",
  needs: "database",
  async run(context, given) {
    const { name, to } = given;
    const isOutgoing = given.deliver_to !== undefined;
    const strange = strangeTo(isOutgoing, given);
    if (strange !== undefined) return strange;
    if (!(findHook(context, name) instanceof Refusal))
      return new Refusal(
        Errcode.exists,
        `name: there is a hook ${name} already: remove it, or choose another name`,
      );
    if (isOutgoing) return await addOutgoing(context, given);
    if (to !== undefined) return await addIncoming(context, { ...given, to });
    return new Refusal(
      Errcode.request,
      "to: name the receiver of posts (to), or the program that gets events (deliver_to)",
    );
  },
});

const set = operation({
  name: "hook set",
  summary: {
    en: "change a hook; its URL or secret stays the same",
    zh: "修改 Webhook；其 URL 或密钥不变",
  },
  example: "grafana --to operations",
  positional: ["name"],
  arguments: z.strictObject({
    ...{ name: NAME, title: TITLE, picture: PICTURE },
    ...{ ...INCOMING, password: PASSWORD, ...OUTGOING },
    all_rooms: word(z.boolean().default(false), "events of all rooms again", "恢复为所有群的事件"),
  }),
  result: CHANGED,
  effect: "change",
  needs: "database",
  async run(context, { all_rooms, ...given }) {
    const found = findHook(context, given.name);
    if (found instanceof Refusal) return found;
    const strange = strangeTo(found.kind === "outgoing", given);
    if (strange !== undefined) return strange;
    if (Object.values(given).filter((value) => value !== undefined).length === 1 && !all_rooms)
      return new Refusal(Errcode.request, "name what to change");
    return found.kind === "incoming"
      ? await setIncoming(context, found.hook, given)
      : await setOutgoing(context, found.hook, { ...given, all_rooms });
  },
});

/** Returns a refusal if arguments are given that only hooks of the other kind have. */
function strangeTo(isOutgoing: boolean, given: object): Refusal | undefined {
  const others = isOutgoing ? { ...INCOMING, signed: SIGNED } : OUTGOING;
  const values = given as Readonly<Record<string, unknown>>;
  const name = Object.keys(others).find((each) => ![undefined, false].includes(values[each] as undefined));
  if (name === undefined) return undefined;
  const [mine, other] = isOutgoing ? ["outgoing", "incoming"] : ["incoming", "outgoing"];
  return new Refusal(Errcode.request, `${name}: is for ${other} hooks, and this is an ${mine} one`);
}

const list = operation({
  name: "hook list",
  summary: {
    en: "list incoming hooks with receiver, sender and format, and outgoing hooks with destination and events",
    zh: "列出入站 Webhook 的接收者、发送者和格式，以及出站 Webhook 的目的地和事件",
  },
  example: "",
  arguments: z.strictObject({}),
  result: z.strictObject({
    incoming: word(z.array(incomingShape), "incoming hooks", "入站 Webhook", {
      none: { en: "No incoming hooks.", zh: "没有入站 Webhook。" },
    }),
    outgoing: word(z.array(outgoingShape), "outgoing hooks", "出站 Webhook", {
      none: { en: "No outgoing hooks.", zh: "没有出站 Webhook。" },
    }),
  }),
  effect: "read",
  needs: "database",
  run(context) {
    const { records } = context;
    return {
      incoming: records.hooks.list().map((hook) => incomingRow(context, hook)),
      outgoing: records.outgoingHooks.list().map((hook) => outgoingRow(context, hook)),
    };
  },
});

const show = operation({
  name: "hook show",
  summary: { en: "show a hook", zh: "显示一个 Webhook" },
  example: "grafana",
  positional: ["name"],
  arguments: z.strictObject({ name: NAME }),
  result: z.strictObject({
    ...{ ...outgoingShape.partial().shape, ...incomingShape.partial().shape },
    text: word(z.string().optional(), "template", "模板", { long: true }),
  }),
  effect: "read",
  needs: "database",
  run(context, { name }) {
    const found = findHook(context, name);
    if (found instanceof Refusal) return found;
    return found.kind === "incoming"
      ? { ...incomingRow(context, found.hook), text: found.hook.template }
      : outgoingRow(context, found.hook);
  },
});

const rotate = operation({
  name: "hook rotate",
  summary: {
    en: "replace an incoming hook's URL and key, or an outgoing hook's secret; the old ones stop working at once",
    zh: "更换入站 Webhook 的 URL 和签名密钥，或出站 Webhook 的密钥；旧的立即失效",
  },
  example: "grafana",
  positional: ["name"],
  arguments: z.strictObject({ name: NAME }),
  result: CHANGED,
  effect: "change",
  needs: "database",
  run(context, { name }) {
    const found = findHook(context, name);
    if (found instanceof Refusal) return found;
    return found.kind === "incoming"
      ? rotateIncoming(context, found.hook)
      : rotateOutgoing(context, found.hook);
  },
});

const test = operation({
  name: "hook test",
  summary: {
    en: "send a sample post to an incoming hook, or a test event from an outgoing hook",
    zh: "向入站 Webhook 推送示例，或由出站 Webhook 投递测试事件",
  },
  example: "grafana",
  positional: ["name"],
  arguments: z.strictObject({
    name: NAME,
    payload: word(
      z.string().optional(),
      "payload to post (default: a sample of the hook's format)",
      "推送的内容（默认：该格式的示例）",
      { file: "text", long: true },
    ),
  }),
  result: DONE,
  effect: "change",
  needs: "component",
  async run(context, { name, payload }) {
    const found = findHook(context, name);
    if (found instanceof Refusal) return found;
    if (found.kind === "outgoing") return await testOutgoing(found.hook);
    const outcome = await context.http?.testPost(name, payload);
    if (outcome === undefined)
      return new Refusal(Errcode.unavailable, "the component is starting or stopping");
    return outcome instanceof HookFault
      ? new Refusal(Errcode.unavailable, `the hook refused the post: ${outcome.message}`)
      : { message: `Posted a test to the hook ${name}: ${outcomeText({ outcome: outcome.delivery })}.` };
  },
});

const remove = operation({
  name: "hook remove",
  summary: {
    en: "remove a hook with its queued events, and its bot if no other hook uses it",
    zh: "移除 Webhook 及其排队的事件；如果没有其他 Webhook 使用其机器人，则一并移除",
  },
  example: "grafana",
  positional: ["name"],
  arguments: z.strictObject({ name: NAME }),
  result: DONE,
  effect: "destroy",
  needs: "database",
  run(context, { name }) {
    const { records } = context;
    const found = findHook(context, name);
    if (found instanceof Refusal) return found;
    return context.change(() => {
      if (found.kind === "incoming") records.hooks.remove(found.hook.id);
      else records.outgoingHooks.remove(found.hook.id);
      records.bots.prune();
      return { message: `The hook ${name} was removed.` };
    });
  },
});

const WITH_TEMPLATE = FORMATS.filter(({ template }) => template !== undefined);
const template = operation({
  name: "hook template",
  summary: { en: "print the default template of a format", zh: "显示一种格式的默认模板" },
  example: "grafana",
  positional: ["format"],
  arguments: z.strictObject({
    format: word(z.enum(WITH_TEMPLATE.map(({ name }) => name)), "format", "格式"),
  }),
  result: z.strictObject({ text: word(z.string(), "template", "模板", { long: true }) }),
  effect: "read",
  needs: "nothing",
  run: (_context, { format }) => ({ text: formatNamed(format)?.template ?? "" }),
});

const dead = operation({
  name: "hook dead",
  summary: {
    en: "list the dead letters of outgoing hooks: events that could not be delivered for a day, or that the program refused for good",
    zh: "列出出站 Webhook 的死信：一天内未能投递、或被程序永久拒绝的事件",
  },
  example: "audit",
  positional: ["name"],
  arguments: z.strictObject({ name: NAME.optional() }),
  result: z.strictObject({
    letters: word(
      z.array(
        z.strictObject({
          id: word(z.int(), "id", "编号"),
          hook: word(z.string(), "hook", "Webhook"),
          happened: time("happened", "发生时间"),
          died: time("dead since", "成为死信的时间"),
          reason: word(z.string(), "reason", "原因"),
          event: word(z.string(), "event", "事件", { long: true }),
        }),
      ),
      "dead letters",
      "死信",
      { none: { en: "No dead letters.", zh: "没有死信。" } },
    ),
  }),
  effect: "read",
  needs: "database",
  run(context, { name }) {
    const { outgoingHooks, hookEvents } = context.records;
    const hook = name === undefined ? undefined : outgoingOf(context, name);
    if (hook instanceof Refusal) return hook;
    const names = new Map(outgoingHooks.list().map((each) => [each.id, each.name]));
    return {
      letters: hookEvents.dead(hook?.id).map((event) => ({
        ...{ id: event.rowId, hook: names.get(event.hook) ?? "", happened: event.happenedAt },
        ...{ died: event.diedAt, reason: event.reason, event: event.body },
      })),
    };
  },
});

const IDS = word(
  z.array(z.int().min(1)).max(1000).default([]),
  "ids of dead letters, as hook dead lists them",
  "死信的编号，见 hook dead",
);

const retry = operation({
  name: "hook retry",
  summary: {
    en: "deliver a hook's waiting events now, and put its dead letters back into the queue",
    zh: "立即投递 Webhook 等待中的事件，并把其死信放回队列",
  },
  example: "audit",
  positional: ["name", "ids"],
  arguments: z.strictObject({ name: NAME, ids: IDS }),
  result: DONE,
  effect: "change",
  needs: "database",
  run: (context, { name, ids }) =>
    withLetters(context, name, ids, (chosen, hook) => {
      const { hookEvents, outgoingHooks } = context.records;
      const until = Date.now() + RETRY_MS;
      for (const id of chosen) hookEvents.retry(id, until);
      outgoingHooks.hurry(hook);
      const waiting = outgoingHooks.find(hook)?.waiting ?? 0;
      return `${counted(chosen.length, "dead letter")} put back into the queue; delivering ${counted(waiting, "event")} now`;
    }),
});

const drop = operation({
  name: "hook drop",
  summary: { en: "delete dead letters of a hook permanently", zh: "永久删除 Webhook 的死信" },
  example: "audit --all",
  positional: ["name", "ids"],
  arguments: z.strictObject({
    name: NAME,
    ids: IDS,
    all: word(z.boolean().default(false), "all dead letters of the hook", "该 Webhook 的所有死信"),
  }),
  result: DONE,
  effect: "destroy",
  needs: "database",
  run(context, { name, ids, all }) {
    if (all === ids.length > 0)
      return new Refusal(
        Errcode.request,
        "ids: pass the ids of dead letters, as hook dead lists them, or all",
      );
    return withLetters(context, name, ids, (chosen) => {
      for (const id of chosen) context.records.hookEvents.drop(id);
      return `${counted(chosen.length, "event")} deleted`;
    });
  },
});

function outgoingOf(context: Context, name: string) {
  const found = findHook(context, name);
  if (found instanceof Refusal || found.kind === "outgoing")
    return found instanceof Refusal ? found : found.hook;
  return new Refusal(Errcode.request, `name: the hook ${name} is an incoming one, which delivers no events`);
}

/** Changes a hook's dead letters. @param ids none: all */
async function withLetters(
  context: Context,
  name: string,
  ids: readonly number[],
  work: (chosen: readonly number[], hook: number) => string,
) {
  const hook = outgoingOf(context, name);
  if (hook instanceof Refusal) return hook;
  return await context.change(() => {
    const known = context.records.hookEvents.dead(hook.id).map(({ rowId }) => rowId);
    const unknown = ids.find((id) => !known.includes(id));
    if (unknown !== undefined)
      return new Refusal(
        Errcode.notFound,
        `ids: ${name} has no dead letter ${unknown}: see hook dead ${name}`,
      );
    const chosen = ids.length === 0 ? known : known.filter((id) => ids.includes(id));
    return { message: `${name}: ${work(chosen, hook.id)}.` };
  });
}

export const HOOK = [add, list, show, set, rotate, test, remove, template, dead, retry, drop];
