/** The hook that a command names, and the configuration that it is called with. */
import type { Database } from "../../storage/database.js";
import { HooksStore, type StoredHook } from "../../storage/hooks-store.js";
import { loadSections } from "../config/sources.js";
import { ExitCode, Failure } from "../failure.js";
import { sourcesOf } from "./configured.js";
import { SECTIONS, type HookConfig } from "./hook-parts.js";
import { inStorage } from "./in-storage.js";

export type Flags = Readonly<Record<string, unknown>>;

/** @throws Failure where there is no hook of this name */
export async function withHook(
  name: string,
  { storage }: HookConfig,
  work: (hook: StoredHook, hooks: HooksStore, db: Database) => void,
): Promise<void> {
  await inStorage(storage.path, (db) => {
    const hooks = new HooksStore(db);
    const hook = hooks.named(name);
    if (hook === undefined) throw new Failure(`There is no hook ${name}: see hook list.`, ExitCode.dataErr);
    work(hook, hooks, db);
  });
}

export function configOf(options: Flags): HookConfig {
  return loadSections(sourcesOf(options), SECTIONS);
}
