import { counted } from "../../../component/counted.js";
import { table } from "../../table.js";
import type { MovedIn } from "./move-in.js";
import { rowsOf, type StepResult } from "./run.js";
import { TABLES, type Source } from "./source.js";

export interface Summary extends MovedIn {
  readonly source: Source;
  readonly seconds: number;
  readonly isDryRun: boolean;
}

export function summaryOf(summary: Summary): string[] {
  const { source, results, refused, domains, ownerless, seconds, isDryRun } = summary;
  const rows = results.reduce((sum, result) => sum + rowsOf(result), 0);
  const missing = TABLES.filter((name) => !source.tables.has(name));
  const headings = ["table", "rows", "added", "changed", "unchanged", "over", "refused"];
  return [
    table(headings, results.map(cellsOf)),
    `${counted(rows, "row")} in ${seconds.toFixed(1)} s, ${Math.round(process.memoryUsage().rss / 1e6)} MB of memory.`,
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

function cellsOf(result: StepResult): string[] {
  const { added, changed, unchanged, over, refused } = result;
  return [result.table, ...[rowsOf(result), added, changed, unchanged, over, refused].map(String)];
}
