/** Webhooks: incoming ones turn programs' posts into messages, outgoing ones deliver events to programs. */
import { z } from "zod";
import { MOST } from "../hooks/captures/captures.js";
import { formatNamed, FORMATS } from "../hooks/formats/formats.js";
import { HookFault } from "../hooks/fault.js";
import type { Accepted } from "../hooks/post.js";
import { outcomeText } from "../hooks/outcome.js";
import { counted } from "../wording.js";
import { ownProperty } from "../own-property.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import { argumentsOf } from "./fields.js";
import { HOOK_ADD, hookNamed, HOOK as NAMED, HOOK_SET, type Given } from "./hook-arguments.js";
import { putIncoming, rotateIncoming } from "./hook-incoming.js";
import { listHooks, showHook } from "./hook-list.js";
import { putOutgoing, rotateOutgoing, testOutgoing } from "./hook-outgoing.js";
import { HOOK_LETTERS } from "./dead-letters.js";
import { changeRefusing, refusePosts, removeNeedlessRooms } from "./needless-rooms.js";
import type { Context } from "./context.js";
import { changing, destroying, MESSAGE, NOTES, reading, word, type Operation } from "./operation.js";

const SECRET = word(
  z.string().optional(),
  "secret that signs deliveries (Standard Webhooks)",
  "投递的签名密钥（Standard Webhooks）",
  { secret: true },
);
const URL_MEANING = ["URL; anyone who knows it can post", "URL；知道它的人都可以发送 POST 请求"] as const;
const CHANGED = {
  message: MESSAGE,
  url: word(z.string().optional(), ...URL_MEANING, { secret: true }),
  key: word(z.string().optional(), "key that signs posts", "POST 请求的签名密钥", { secret: true }),
  secret: SECRET,
  notes: NOTES.optional(),
};

const add: Operation = changing({
  name: "hook add",
  en: "create a hook: incoming with a receiver, outgoing with a URL and events; its URL or secret is shown only once",
  zh: "创建 Webhook：给出接收者则为入站，给出 URL 和事件则为出站；URL 或密钥只显示一次",
  example: "grafana --to ops --format grafana",
  arguments: HOOK_ADD,
  result: CHANGED,
  async run(context, given) {
    const { name, to } = given;
    const isOutgoing = given.deliver_to !== undefined;
    const strange = strangeTo(add, isOutgoing, given);
    if (strange !== undefined) return strange;
    if (hookNamed(context, name) !== undefined)
      return refuse.exists(`name: there is a hook ${name} already: remove it, or choose another name`);
    if (isOutgoing) return await putOutgoing(context, name, given);
    if (to !== undefined) return await putIncoming(context, name, given);
    return badRequest("to: name the receiver of posts (to), or the program that gets events (deliver_to)");
  },
});

const set: Operation = changing({
  name: "hook set",
  en: "change a hook; its URL or secret stays the same",
  zh: "修改 Webhook；其 URL 或密钥不变",
  example: "grafana --to operations",
  arguments: HOOK_SET,
  result: CHANGED,
  async run(context, { name: { kind, hook }, ...given }) {
    const strange = strangeTo(set, kind === "outgoing", given);
    if (strange !== undefined) return strange;
    const { all_rooms: isWidened, move_waiting: isMoving, ...changed } = given;
    if (!isWidened && !isMoving && Object.values(changed).every((value) => value === undefined))
      return badRequest("name what to change");
    return kind === "incoming"
      ? await putIncoming(context, hook.name, given, hook)
      : await putOutgoing(context, hook.name, given, hook);
  },
});

/** Returns a refusal if arguments are given that only hooks of the other kind have. */
function strangeTo(operation: Operation, isOutgoing: boolean, given: Given): Refusal | undefined {
  const [mine, other] = isOutgoing ? ["outgoing", "incoming"] : ["incoming", "outgoing"];
  const strange = argumentsOf(operation).find(
    ({ name, of }) =>
      of === other && ![undefined, false].includes(ownProperty<unknown>(given, name) as undefined),
  );
  if (strange === undefined) return undefined;
  return badRequest(`${strange.name}: is for ${other} hooks, and this is an ${mine} one`);
}

const rotate = changing({
  name: "hook rotate",
  en: "replace an incoming hook's URL and key, or an outgoing hook's secret; the old ones stop working at once",
  zh: "更换入站 Webhook 的 URL 和签名密钥，或出站 Webhook 的密钥；旧的立即失效",
  arguments: { name: NAMED },
  result: CHANGED,
  run: (context, { name: { kind, hook } }) =>
    kind === "incoming" ? rotateIncoming(context, hook) : rotateOutgoing(context, hook),
});

const test = changing({
  name: "hook test",
  en: "send a sample post to an incoming hook, or a test event from an outgoing hook",
  zh: "向入站 Webhook 发送示例 POST 请求，或由出站 Webhook 投递测试事件",
  arguments: {
    name: NAMED,
    payload: word(
      z.string().optional(),
      "payload to post, or a post from hook captured (default: a sample of the hook's format)",
      "请求体，或 hook captured 显示的请求（默认：该格式的示例）",
      { file: "text", long: true },
    ),
  },
  needs: "component",
  async run({ http }, { name: { kind, hook }, payload }) {
    if (kind === "outgoing") return await testOutgoing(hook);
    const outcome = await http?.testPost(hook.name, payload);
    if (outcome === undefined) return refuse.unavailable("the component is starting or stopping");
    return outcome instanceof HookFault
      ? refuse.unavailable(`the hook refused the post: ${outcome.message}`)
      : { message: `Posted a test to the hook ${hook.name}: ${testOutcome(outcome.delivery)}.` };
  },
});

function testOutcome(delivery: Accepted["delivery"]): string {
  return delivery === "ignored"
    ? "nothing was said, as its filters or its template leave such a post out"
    : outcomeText({ outcome: delivery });
}

const NO_POSTS = "name: only incoming hooks get posts, and this is an outgoing one";

const capture = changing({
  name: "hook capture",
  en: `keep the next posts to an incoming hook for reading, ${MOST.posts} at most, for an hour`,
  zh: `保留随后一小时内发到入站 Webhook 的 POST 请求（最多 ${MOST.posts} 个）以供查看`,
  arguments: { name: NAMED },
  needs: "component",
  run: (context, { name: { kind, hook } }) => {
    if (kind === "outgoing") return badRequest(NO_POSTS);
    return context.change(() =>
      context.hooks.captures.begin(hook.id)
        ? {
            message: `The next posts to the hook ${hook.name} are kept: qtalk-component hook captured ${hook.name}`,
          }
        : refuse.unavailable(`the posts of ${MOST.hooks} other hooks are being kept: try again in two hours`),
    );
  },
});

const captured = reading({
  name: "hook captured",
  en: "print the posts that hook capture has kept, as they came, with secrets blanked",
  zh: "显示 hook capture 保留的 POST 请求原文，其中的密钥已隐去",
  arguments: {
    name: NAMED,
    post: word(
      z.int().min(1).max(MOST.posts).optional(),
      "only this post, as text for hook test --payload",
      "只显示第几个请求，可用于 hook test --payload",
    ),
  },
  result: { text: word(z.string(), "posts", "POST 请求", { long: true }) },
  right: "hooks",
  needs: "component",
  run: ({ hooks }, { name: { kind, hook }, post }) => {
    if (kind === "outgoing") return badRequest(NO_POSTS);
    const text =
      post === undefined ? hooks.captures.text(hook.id, hook.name) : hooks.captures.post(hook.id, post);
    return text === undefined
      ? refuse.notFound(
          `no such post to the hook ${hook.name} is kept: run hook capture ${hook.name}, then let the program post`,
        )
      : { text };
  },
});

const remove = destroying({
  name: "hook remove",
  en: "remove a hook with its queued events, and its bot if no other hook uses it",
  zh: "移除 Webhook 及其排队的事件；如果没有其他 Webhook 使用其机器人，则机器人也一并移除",
  arguments: { name: NAMED },
  run: (context, { name: { kind, hook } }) =>
    changeRefusing(context, (refused) => {
      const { bots, hooks, outgoingHooks, hookEvents } = context.records;
      const events = kind === "incoming" ? 0 : hook.waiting + (hookEvents.deadByHook().get(hook.id) ?? 0);
      const without = kind === "incoming" ? { hook: hook.id } : { outgoing: hook.id };
      refused.push(...removeNeedlessRooms(context, `the hook ${hook.name} was removed`, without));
      const alerts = kind === "incoming" ? openAlertsOf(context, hook.id) : "";
      if (kind === "incoming") {
        refused.push(...refusePosts(context, hook));
        hooks.remove(hook.id);
      } else outgoingHooks.remove(hook.id);
      bots.prune();
      const more = events === 0 ? alerts : ` with ${counted(events, "event")} that it had not delivered`;
      return { message: `The hook ${hook.name} was removed${more}.` };
    }),
});

/** Returns what goes with a hook, as the end of a sentence: nobody is called any more, and silences elsewhere stay. */
function openAlertsOf({ records: { alerts } }: Context, hook: string): string {
  const [open, silenced] = [alerts.openCount(hook), alerts.atSourceCount(hook)];
  const silences = silenced === 0 ? "" : `; still in force at its source: ${counted(silenced, "silence")}`;
  return open === 0 ? "" : ` with ${counted(open, "open alert")}, which nobody can take any more${silences}`;
}

const template = reading({
  name: "hook template",
  en: "print the default template of a format",
  zh: "显示一种格式的默认模板",
  arguments: {
    format: word(z.enum(FORMATS.map(({ name }) => name)), "format", "格式", { placed: "grafana" }),
  },
  result: { text: word(z.string(), "template", "模板", { long: true }) },
  needs: "nothing",
  run: (_context, { format }) => ({ text: formatNamed(format)?.template ?? "" }),
});

export const HOOK_OPERATIONS = [
  add,
  listHooks,
  showHook,
  set,
  rotate,
  test,
  capture,
  captured,
  remove,
  template,
  ...HOOK_LETTERS,
];
