/** Webhooks: incoming ones turn programs' posts into messages, outgoing ones deliver events to programs. */
import { z } from "zod";
import { formatNamed, FORMATS } from "../hooks/formats/formats.js";
import { HookFault } from "../hooks/fault.js";
import { outcomeText } from "../hooks/outcome.js";
import { Errcode, Refusal } from "../refusal.js";
import { PASSWORD } from "./entry.js";
import { AS, INCOMING, OUTGOING, SECRETS, SIGNED, SWITCHES } from "./hook-arguments.js";
import { HOOK_LETTERS } from "./hook-letters.js";
import { addIncoming, rotateIncoming, setIncoming } from "./hook-incoming.js";
import { incomingRow, incomingShape, outgoingRow, outgoingShape } from "./hook-list.js";
import { addOutgoing, rotateOutgoing, setOutgoing, testOutgoing } from "./hook-outgoing.js";
import { findHook, NAME, PICTURE, TITLE } from "./hook-parts.js";
import { DONE, MESSAGE, NOTES, word } from "./fields.js";
import { operation } from "./operation.js";

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
  const values = new Map<string, unknown>(Object.entries(given));
  const name = Object.keys(others).find(
    (each) => ![undefined, false].includes(values.get(each) as undefined),
  );
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

const template = operation({
  name: "hook template",
  summary: { en: "print the default template of a format", zh: "显示一种格式的默认模板" },
  example: "grafana",
  positional: ["format"],
  arguments: z.strictObject({
    format: word(z.enum(FORMATS.map(({ name }) => name)), "format", "格式"),
  }),
  result: z.strictObject({ text: word(z.string(), "template", "模板", { long: true }) }),
  effect: "read",
  needs: "nothing",
  run: (_context, { format }) => ({ text: formatNamed(format)?.template ?? "" }),
});

export const HOOK = [add, list, show, set, rotate, test, remove, template, ...HOOK_LETTERS];
