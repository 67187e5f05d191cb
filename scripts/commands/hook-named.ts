/** The hook that a command names, and the configuration that it is called with. */
import type { Database } from "../../storage/database.js";
import { HooksStore, type StoredHook } from "../../storage/hooks-store.js";
import { OutgoingHooksStore, type StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import { loadSections } from "../config/sources.js";
import { ExitCode, Failure } from "../failure.js";
import { sourcesOf } from "./configured.js";
import { SECTIONS, type HookConfig } from "./hook-parts.js";
import { inStorage } from "./in-storage.js";

export type Flags = Readonly<Record<string, unknown>>;

type Work<Hook, Hooks> = (hook: Hook, hooks: Hooks, db: Database) => void | Promise<void>;

/** @throws Failure where there is no hook of this name to which programs post */
export async function withHook(
  name: string,
  config: HookConfig,
  work: Work<StoredHook, HooksStore>,
): Promise<void> {
  await withEither(name, config, {
    posted: work,
    told: () => {
      throw new Failure(`The hook ${name} is told of what happens: nobody posts to it.`, ExitCode.usage);
    },
  });
}

/** @throws Failure where there is no hook of this name of either kind */
export async function withEither(
  name: string,
  { storage }: HookConfig,
  works: {
    readonly posted: Work<StoredHook, HooksStore>;
    readonly told: Work<StoredOutgoingHook, OutgoingHooksStore>;
  },
): Promise<void> {
  await inStorage(storage.path, async (db) => {
    const [hooks, outgoing] = [new HooksStore(db), new OutgoingHooksStore(db)];
    const [posted, told] = [hooks.named(name), outgoing.named(name)];
    if (posted !== undefined) await works.posted(posted, hooks, db);
    else if (told !== undefined) await works.told(told, outgoing, db);
    else throw new Failure(`There is no hook ${name}: see hook list.`, ExitCode.dataErr);
  });
}

export function configOf(options: Flags): HookConfig {
  return loadSections(sourcesOf(options), SECTIONS);
}
