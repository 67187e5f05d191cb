/** What an import tells at its end. */
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
    ...(missing.length === 0 ? [] : [`The dump doesn't have: ${missing.join(", ")}.`]),
    ...(ownerless === 0
      ? []
      : [`Rooms without an owner, which nobody can configure or destroy: ${ownerless}.`]),
    ...refused.summary(),
    ...domains.advice(),
    ...(isDryRun ? ["This was a dry run: nothing was changed."] : []),
  ];
}

function cellsOf(result: StepResult): string[] {
  const { added, changed, unchanged, over, refused } = result;
  return [result.table, ...[rowsOf(result), added, changed, unchanged, over, refused].map(String)];
}
