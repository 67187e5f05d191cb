/** Lists incoming and outgoing webhooks, and retries events of outgoing ones. */
import { z } from "zod";
import type { StoredBotRoom } from "../../storage/bot-rooms-store.js";
import type { StoredHook } from "../../storage/hooks-store.js";
import type { StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import { counted } from "../wording.js";
import { RETRY_MS } from "../hooks/outgoing/delivery-queue.js";
import { Errcode, Refusal } from "../refusal.js";
import { noteDone, type AdministrationContext } from "./context.js";
import { operation } from "./operation.js";
import { pageOf, type Page, type PageWanted } from "./page.js";
import type { Records } from "./records.js";

export interface ShownHook extends StoredHook {
  /** The address from which the hook's messages are sent. */
  readonly speaker: string;
  /** The name of the hook's bot; undefined if the hook sends as a user. */
  readonly title: string | undefined;
  /** Why the hook's bot couldn't enter its room of another service. Undefined: no room, or no problem. */
  readonly trouble: string | undefined;
}

/** Returns a page of incoming webhooks, ordered by name. */
export function listHooks(
  { records: { hooks, bots, botRooms }, muc }: AdministrationContext,
  { after, limit }: PageWanted,
): Page<ShownHook> {
  const { entries, next } = pageOf(hooks.listAfter(after, limit + 1), limit, ({ name }) => name);
  const shown = entries.map((hook) => ({
    ...hook,
    speaker: hook.sender ?? `${hook.bot ?? ""}@${muc.domain}`,
    title: hook.bot === undefined ? undefined : bots.find(hook.bot)?.title,
    trouble: hook.bot === undefined ? undefined : botRooms.find(hook.bot, hook.receiver)?.reason,
  }));
  return { entries: shown, next };
}

export interface ShownOutgoingHook extends StoredOutgoingHook {
  /** How many of the hook's events are dead letters. */
  readonly deadLetters: number;
  /** Why the hook's bot couldn't enter rooms of other services. Undefined: no rooms, or no problems. */
  readonly trouble: string | undefined;
  /** The address of the bot that sends the program's replies, if the hook has a bot. */
  readonly speaker: string | undefined;
}

/** Returns all outgoing webhooks, ordered by name. */
export function listOutgoingHooks({ records, muc }: AdministrationContext): ShownOutgoingHook[] {
  const deadLetters = records.hookEvents.deadByHook();
  const outside = records.botRooms.list().filter(({ reason }) => reason !== undefined);
  return records.outgoingHooks.list().map((hook) => ({
    ...hook,
    deadLetters: deadLetters.get(hook.id) ?? 0,
    trouble: troubleOf(hook, outside),
    speaker: hook.bot === undefined ? undefined : `${hook.bot}@${muc.domain}`,
  }));
}

function troubleOf(
  { bot, rooms }: StoredOutgoingHook,
  outside: readonly StoredBotRoom[],
): string | undefined {
  const own = outside.filter((each) => each.bot === bot && rooms?.includes(each.room) !== false);
  return own.length === 0 ? undefined : own.map(({ room, reason }) => `${room}: ${reason ?? ""}`).join("; ");
}

/** Puts dead letters back into their webhook's queue, and schedules all its events now. Needs a transaction. */
export function retryEvents(
  { hookEvents, outgoingHooks }: Pick<Records, "hookEvents" | "outgoingHooks">,
  hook: number,
  dead: readonly number[],
) {
  const until = Date.now() + RETRY_MS;
  for (const id of dead) hookEvents.retry(id, until);
  outgoingHooks.hurry(hook);
  const waiting = outgoingHooks.find(hook)?.waiting ?? 0;
  return `${counted(dead.length, "dead letter")} put back into the queue; delivering ${counted(waiting, "event")} now`;
}

/** Delivers the waiting events and the dead letters of an outgoing webhook now. */
export const retryHook = operation({
  call: z.strictObject({ name: z.string() }),
  run: async (context, { name }) => {
    const { records, commit } = context;
    const hook = records.outgoingHooks.list().find((each) => each.name === name);
    if (hook === undefined) return new Refusal(Errcode.notFound, `name: there is no outgoing hook ${name}`);
    const dead = records.hookEvents.dead(hook.id).map(({ rowId: seq }) => seq);
    return noteDone(context, `${name}: ${await commit.run(() => retryEvents(records, hook.id, dead))}.`);
  },
});
