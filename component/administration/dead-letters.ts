/** Dead letters: stanzas that the server rejected, and events of outgoing webhooks that could not be delivered. */
import { z } from "zod";
import type { Row } from "../../storage/outbox-row.js";
import type { StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import { RETRY_MS } from "../hooks/outgoing/outgoing-webhooks.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import { counted } from "../wording.js";
import type { Context } from "./context.js";
import { findHook, HOOK_NAME } from "./hook-arguments.js";
import {
  changing,
  destroying,
  naming,
  NEXT,
  type Output,
  PAGE,
  reading,
  rows,
  time,
  word,
  pageIn,
} from "./operation.js";

const CHOSEN = {
  ids: word(
    z.array(z.int().min(1)).max(1000).default([]),
    "ids of dead letters, unless all",
    "死信的编号，见列表",
    { placed: "17" },
  ),
  all: word(z.boolean().default(false), "all dead letters", "所有死信"),
};

/** The dead letters of one kind, or of one hook. */
interface Letters {
  known(): readonly number[];
  /** Called before letters are retried. */
  hurry?(): void;
  retry(id: number): void;
  drop(id: number): void;
  /** Called when the change is committed. */
  committed?(): void;
}

const DONE = { retry: "put back into the queue", drop: "deleted" };

async function handle(
  context: Context,
  letters: Letters,
  { ids, all }: Output<typeof CHOSEN>,
  how: keyof typeof DONE,
) {
  if (all === ids.length > 0)
    return badRequest("ids: pass the ids of dead letters, as they are listed, or all");
  const run = () => {
    if (how === "retry") letters.hurry?.();
    const chosen = letters.known().filter((id) => all || ids.includes(id));
    if (chosen.length === 0 && !all) return refuse.notFound("ids: there are no dead letters with these ids");
    for (const id of chosen) letters[how](id);
    return { message: `${counted(chosen.length, "dead letter was", "dead letters were")} ${DONE[how]}.` };
  };
  return await context.change(run, () => letters.committed?.());
}

function stanzas({ records: { deadLetters }, running }: Context): Letters {
  const requeued: Row[] = [];
  return {
    known: () => deadLetters.list().map(({ id }) => id),
    retry(id) {
      const row = deadLetters.retry(id);
      if (row !== undefined) requeued.push(row);
    },
    drop: (id) => deadLetters.drop(id),
    committed: () => running?.outbox.requeued(requeued),
  };
}

function events({ records: { hookEvents, outgoingHooks } }: Context, { id }: StoredOutgoingHook): Letters {
  return {
    known: () => hookEvents.dead(id).map(({ rowId }) => rowId),
    hurry: () => outgoingHooks.hurry(id),
    retry: (id) => hookEvents.retry(id, Date.now() + RETRY_MS),
    drop: (id) => hookEvents.drop(id),
  };
}

const OUTGOING = naming(HOOK_NAME, outgoingOf);

function outgoingOf(context: Context, name: string): StoredOutgoingHook | Refusal {
  const found = findHook(context, name);
  if (found instanceof Refusal) return found;
  if (found.kind === "outgoing") return found.hook;
  return badRequest(`name: the hook ${name} is an incoming one, which delivers no events`);
}

const retryStanzas = changing({
  name: "outbox retry",
  en: "put dead letters back into the queue",
  zh: "把死信放回队列",
  example: "--all",
  arguments: CHOSEN,
  run: (context, chosen) => handle(context, stanzas(context), chosen, "retry"),
});

const dropStanzas = destroying({
  name: "outbox drop",
  en: "delete dead letters permanently",
  zh: "永久删除死信",
  arguments: CHOSEN,
  run: (context, chosen) => handle(context, stanzas(context), chosen, "drop"),
});

const dead = reading({
  name: "hook dead",
  // It shows messages.
  right: "all",
  en: "list the dead letters of outgoing hooks: events that could not be delivered for a day, or that the program refused for good",
  zh: "列出出站 Webhook 的死信：一天内未能投递或被程序永久拒绝的事件",
  example: "audit",
  arguments: { name: OUTGOING.optional(), ...PAGE },
  result: {
    letters: rows(["dead letters", "死信"], ["No dead letters.", "没有死信。"], {
      id: word(z.int(), "id", "编号"),
      name: word(z.string(), "hook", "Webhook"),
      happened: time("happened", "发生时间"),
      died: time("dead since", "成为死信的时间"),
      reason: word(z.string(), "reason", "原因"),
      event: word(z.string(), "event", "事件", { long: true }),
    }),
    next: NEXT,
  },
  run({ records: { outgoingHooks, hookEvents } }, { name: hook, ...wanted }) {
    const names = new Map(outgoingHooks.list().map((each) => [each.id, each.name]));
    const { entries, next } = pageIn(hookEvents.dead(hook?.id), wanted, ({ rowId }) => String(rowId));
    const letters = entries.map((letter) => ({
      id: letter.rowId,
      name: names.get(letter.hook) ?? "",
      happened: letter.happenedAt,
      died: letter.diedAt,
      reason: letter.reason,
      event: letter.body,
    }));
    return { letters, next };
  },
});

const retryEvents = changing({
  name: "hook retry",
  en: "put dead letters of a hook back into the queue, and deliver its waiting events now",
  zh: "把 Webhook 的死信放回队列，并立即投递其等待中的事件",
  example: "audit --all",
  arguments: { name: OUTGOING, ...CHOSEN },
  run: (context, { name, ...chosen }) => handle(context, events(context, name), chosen, "retry"),
});

const dropEvents = destroying({
  name: "hook drop",
  en: "delete dead letters of a hook permanently",
  zh: "永久删除 Webhook 的死信",
  example: "audit --all",
  arguments: { name: OUTGOING, ...CHOSEN },
  run: (context, { name, ...chosen }) => handle(context, events(context, name), chosen, "drop"),
});

export const OUTBOX_LETTERS = [retryStanzas, dropStanzas];
export const HOOK_LETTERS = [dead, retryEvents, dropEvents];
