/** Imports a dump of the original QTalk into a database that no other process uses. */
import { counted } from "../../../component/wording.js";
import type { RoomsConfig } from "../../../component/config.js";
import { DomainAliases, type AliasConfig } from "../../../component/addresses/domain-aliases.js";
import type { Database } from "../../../storage/database.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { ImportStore } from "../../../storage/import-store.js";
import { table } from "../../table.js";
import { loadSpeller } from "../../../component/people/person.js";
import type { Progress } from "../progress.js";
import { RefusedRows } from "../refused-rows.js";
import { Domains } from "./domains.js";
import { peopleSteps } from "./people-steps.js";
import { roomSteps } from "./room-steps.js";
import { rowsOf, runImport, type Step, type StepResult } from "./run.js";
import { TABLES, type Source } from "./source.js";

export interface MoveIn {
  readonly source: Source;
  readonly xmpp: AliasConfig["xmpp"];
  readonly rooms: RoomsConfig;
  /** The new names of the dump's hosts and room domains by their old names. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Whether to make every room members-only, whatever its options. */
  readonly membersOnly: boolean;
  /** The path of the file that lists refused rows. */
  readonly refusedPath: string;
  readonly progress: Progress;
  /** How many rows a transaction imports; absent: 10,000. */
  readonly batch?: number;
}

export interface MovedIn {
  readonly results: readonly StepResult[];
  readonly refused: RefusedRows;
  readonly domains: Domains;
  /** The number of rooms without owner. */
  readonly ownerless: number;
}

/** The size of SQLite's page cache in KiB. It is large because importing members changes pages all over an index. */
const CACHE_KIB = 64 * 1024;

export async function moveIn(db: Database, move: MoveIn): Promise<MovedIn> {
  db.pragma(`cache_size = -${CACHE_KIB}`);
  const { source, xmpp, rooms, renamed, membersOnly, progress, batch = 10_000 } = move;
  const domains = new Domains({ aliases: new DomainAliases({ xmpp, rooms }), renamed });
  const store = new ImportStore(db);
  const steps: Step[] = [
    ...peopleSteps({
      directory: new DirectoryStore(db),
      domains,
      spell: await loadSpeller(),
    }),
    ...roomSteps({ rooms: store, domains, config: rooms, membersOnly }),
  ];
  const refused = new RefusedRows(move.refusedPath);
  try {
    const results = await runImport({ db, source, steps, refused, progress, batch });
    return { results, refused, domains, ownerless: store.countOwnerless() };
  } finally {
    refused.close();
  }
}

const COUNTS = ["added", "changed", "unchanged", "over", "refused"] as const;

interface Summary extends MovedIn {
  readonly source: Source;
  readonly seconds: number;
  readonly isDryRun: boolean;
}

/** Returns the lines of the import's summary. */
export function summaryOf(summary: Summary): string[] {
  const { source, results, refused, domains, ownerless, seconds, isDryRun } = summary;
  const total = results.reduce((sum, result) => sum + rowsOf(result), 0);
  const rows = results.map((result) => [
    result.table,
    ...[rowsOf(result), ...COUNTS.map((count) => result[count])].map(String),
  ]);
  const missing = TABLES.filter((name) => !source.has(name));
  return [
    table(["table", "rows", ...COUNTS], rows),
    `${counted(total, "row")} in ${seconds.toFixed(1)} s, ${Math.round(process.memoryUsage().rss / 1e6)} MB of memory.`,
    ...(missing.length === 0 ? [] : [`Tables missing in the dump: ${missing.join(", ")}.`]),
    ...(ownerless === 0
      ? []
      : [
          `${counted(ownerless, "room has", "rooms have")} no owner: add one with "room owner", as no user can configure or destroy it.`,
        ]),
    ...refused.summary(),
    ...domains.advice(),
    ...(isDryRun ? ["Dry run: nothing was changed."] : []),
  ];
}
