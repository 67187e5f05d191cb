/** Creates the administration of the running component. */
import type { Database } from "../../storage/database.js";
import { Pruning } from "../limits/pruning.js";
import { Administration } from "./administration.js";
import type { Ground, Settings } from "./context.js";
import { recordsOf } from "./records.js";

const DAY_MS = 24 * 3600_000;

interface Options extends Pick<Settings, "xmpp" | "rooms" | "people" | "keys" | "hooks"> {
  readonly http: Pick<Settings, "url" | "bodyLimit">;
  /** How many days changes are kept. */
  readonly changesDays: number;
}

/** @returns the administration, and the job that deletes old changes */
export function administrationOf(
  { xmpp, rooms, people, keys, hooks, http, changesDays }: Options,
  db: Database,
  ground: Omit<Ground, "settings" | "records">,
): { readonly administration: Administration; readonly pruning: Pruning } {
  const records = recordsOf(db);
  const settings: Settings = { xmpp, rooms, people, keys, hooks, ...http };
  const kept = (now: number): number => now - changesDays * DAY_MS;
  return {
    administration: new Administration({ ...ground, settings, records }),
    pruning: new Pruning(ground.commit, [(now) => records.changes.prune(kept(now))], ground.log),
  };
}
