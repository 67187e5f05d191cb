/**
 * Imports a dump of the original QTalk into a database that no other process uses. Each transaction imports some thousand
 * rows. Importing the same rows again changes nothing, so an interrupted import is run again.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { DomainAliases, type AliasConfig } from "../../../component/addresses/domain-aliases.js";
import type { RoomsConfig } from "../../../component/config.js";
import { loadSpeller } from "../../../component/people/person.js";
import { counted } from "../../../component/wording.js";
import type { Database } from "../../../storage/database.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { ImportStore } from "../../../storage/import-store.js";
import { dataFailure } from "../../failure.js";
import { table } from "../../table.js";
import type { CsvRecord } from "../csv.js";
import { inBatches, type ImportProgress } from "../progress.js";
import { RefusedRows } from "../refused-rows.js";
import { Domains } from "./domains.js";
import { peopleSteps } from "./people-steps.js";
import { roomSteps } from "./room-steps.js";
import { TABLES, type ImportSource } from "./source.js";

export interface MoveIn {
  readonly source: ImportSource;
  readonly xmpp: AliasConfig["xmpp"];
  readonly rooms: RoomsConfig;
  /** The new names of the dump's hosts and room domains by their old names. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Whether to make every room members-only, whatever its options. */
  readonly membersOnly: boolean;
  /** Whether to import even if what an earlier import brought has been in service since. */
  readonly isAgain: boolean;
  readonly refusedPath: string;
  readonly progress: ImportProgress;
  /** How many rows a transaction imports; absent: 10,000. */
  readonly batch?: number;
}

const COUNTS = ["added", "changed", "unchanged", "over", "refused"] as const;
/** What became of the rows of a table. */
type Counts = Record<(typeof COUNTS)[number], number>;

export type MovedIn = Awaited<ReturnType<typeof moveIn>>;

const SERVED =
  "The component has run with what an earlier import brought. Another import would give rooms the dump's names, descriptions and sizes, and bring back who was removed since, and rooms that were destroyed: import into an empty database (--storage.path), or repeat the command with --again.";

/** The size of SQLite's page cache in KiB. It is large because importing members changes pages all over an index. */
const CACHE_KIB = 64 * 1024;

/**
 * @returns what became of each table that the dump has, in the order of the import, and how many rooms have no owner
 * @throws Failure if what an earlier import brought has been in service since, unless that is meant
 */
export async function moveIn(db: Database, move: MoveIn) {
  db.pragma(`cache_size = -${CACHE_KIB}`);
  const { source, xmpp, rooms, renamed, membersOnly, isAgain, progress, batch = 10_000 } = move;
  const domains = new Domains(new DomainAliases({ xmpp, rooms }), renamed);
  const store = new ImportStore(db);
  if (!isAgain && store.isServed) throw dataFailure(SERVED);
  const steps = [
    ...peopleSteps(new DirectoryStore(db), domains, await loadSpeller()),
    ...roomSteps(store, domains, rooms, membersOnly),
  ];
  const refused = new RefusedRows(move.refusedPath);
  const results: (Counts & { table: string })[] = [];
  let bytes = 0;
  try {
    for (const { table: name, take } of steps) {
      const read = source.get(name);
      if (read === undefined) continue;
      const index = new Map(read.columns.map((column, at) => [column, at]));
      const counts: Counts = { added: 0, changed: 0, unchanged: 0, over: 0, refused: 0 };
      /** Imports a row, or lists why it isn't imported. */
      const takeRow = (record: CsvRecord): void => {
        const where = `${name}, line ${record.line}`;
        const outcome =
          "reason" in record
            ? record
            : take({ get: (column) => record.cells[index.get(column) ?? -1] ?? "" });
        if (typeof outcome === "string") counts[outcome] += 1;
        else if ("reason" in outcome) {
          counts.refused += 1;
          refused.add(where, outcome.reason);
        } else {
          counts[outcome.taken] += 1;
          refused.note(where, outcome.but);
        }
      };
      const takeAll = db.transaction((records: readonly CsvRecord[]) => records.forEach(takeRow));
      for (const records of inBatches(read.rows(), batch)) {
        takeAll.immediate(records);
        const done = bytes + (records.at(-1)?.end ?? 0) - read.start;
        progress.update(done, `${name}: ${counted(rowsOf(counts), "row")}`);
        await nextTurn();
      }
      bytes += read.end - read.start;
      results.push({ table: name, ...counts });
    }
    store.noteEnd(Date.now());
    return { results, refused, domains, ownerless: store.countOwnerless() };
  } finally {
    refused.close();
  }
}

function rowsOf(counts: Readonly<Counts>): number {
  return COUNTS.reduce((sum, name) => sum + counts[name], 0);
}

export function summaryOf(
  { results, refused, domains, ownerless }: MovedIn,
  source: ImportSource,
  seconds: number,
  isDryRun: boolean,
): string[] {
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
