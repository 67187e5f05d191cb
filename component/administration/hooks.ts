/** The hooks there are, as their operators look at them. */
import type { StoredHook } from "../../storage/hooks-store.js";
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
