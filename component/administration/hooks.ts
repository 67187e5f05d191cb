/** The hooks there are, as their operators look at them. */
import type { StoredHook } from "../../storage/hooks-store.js";
import type { StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import type { AdministrationContext } from "./context.js";
import { pageOf, type Page, type PageWanted } from "./page.js";

export interface ShownHook extends StoredHook {
  /** Whose address what is said comes from. */
  readonly speaker: string;
  /** What its bot is called; undefined: a user speaks. */
  readonly title: string | undefined;
}

/** A page of them by name. */
export function listHooks(
  { records: { hooks, bots }, muc }: AdministrationContext,
  { after, limit }: PageWanted,
): Page<ShownHook> {
  const { entries, next } = pageOf(hooks.listAfter(after, limit + 1), limit, ({ name }) => name);
  const shown = entries.map((hook) => ({
    ...hook,
    speaker: hook.sender ?? `${hook.bot ?? ""}@${muc.domain}`,
    title: hook.bot === undefined ? undefined : bots.find(hook.bot)?.title,
  }));
  return { entries: shown, next };
}

export interface ShownOutgoingHook extends StoredOutgoingHook {
  /** How many of its events are set aside. */
  readonly setAside: number;
  /** The address of the bot that says what its program answers; undefined: nobody does. */
  readonly speaker: string | undefined;
}

/** Those that are told of what happens, by name. */
export function listOutgoingHooks({ records, muc }: AdministrationContext): ShownOutgoingHook[] {
  const setAside = records.hookEvents.deadByHook();
  return records.outgoingHooks.list().map((hook) => ({
    ...hook,
    setAside: setAside.get(hook.id) ?? 0,
    speaker: hook.bot === undefined ? undefined : `${hook.bot}@${muc.domain}`,
  }));
}
