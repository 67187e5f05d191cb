/** The dead letters of outgoing webhooks: events that could not be delivered. */
import { z } from "zod";
import { RETRY_MS } from "../hooks/outgoing/delivery-queue.js";
import { Errcode, Refusal } from "../refusal.js";
import { counted } from "../wording.js";
import type { Context } from "./context.js";
import { DONE, time, word } from "./fields.js";
import { findHook, NAME } from "./hook-parts.js";
import { operation } from "./operation.js";

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

export const HOOK_LETTERS = [dead, retry, drop];
