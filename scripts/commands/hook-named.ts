/** Finds the webhook that a command names. */
import type { Database } from "../../storage/database.js";
import { HooksStore, type StoredHook } from "../../storage/hooks-store.js";
import { OutgoingHooksStore, type StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import { loadSections } from "../config/sources.js";
import { dataFailure, usageFailure } from "../failure.js";
import { sourcesOf } from "./configured.js";
import { SECTIONS, type HookConfig } from "./hook-parts.js";
import { inStorage } from "./in-storage.js";

export type Flags = Readonly<Record<string, unknown>>;

type Work<Hook, Hooks> = (hook: Hook, hooks: Hooks, db: Database) => void | Promise<void>;

/** Runs `work` on an incoming webhook. @throws Failure if no incoming webhook has this name */
export async function withHook(
  name: string,
  config: HookConfig,
  work: Work<StoredHook, HooksStore>,
): Promise<void> {
  await withEither(name, config, {
    incoming: work,
    outgoing: () => {
      throw usageFailure(`The hook ${name} is an outgoing webhook: it takes no posts.`);
    },
  });
}

/** Runs the function for the webhook's kind. @throws Failure if no webhook has this name */
export async function withEither(
  name: string,
  { storage }: HookConfig,
  works: {
    readonly incoming: Work<StoredHook, HooksStore>;
    readonly outgoing: Work<StoredOutgoingHook, OutgoingHooksStore>;
  },
): Promise<void> {
  await inStorage(storage.path, async (db) => {
    const [hooks, outgoingHooks] = [new HooksStore(db), new OutgoingHooksStore(db)];
    const [incoming, outgoing] = [hooks.named(name), outgoingHooks.named(name)];
    if (incoming !== undefined) await works.incoming(incoming, hooks, db);
    else if (outgoing !== undefined) await works.outgoing(outgoing, outgoingHooks, db);
    else throw dataFailure(`There is no hook ${name}: see hook list.`);
  });
}

export function configOf(options: Flags): HookConfig {
  return loadSections(sourcesOf(options), SECTIONS);
}
