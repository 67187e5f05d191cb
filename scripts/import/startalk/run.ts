/**
 * Runs the steps of an import. Each transaction imports some thousand rows. Importing the same rows again changes nothing,
 * so an interrupted import is run again.
 */
import { counted } from "../../../component/wording.js";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "../../../storage/database.js";
import type { Saved } from "../../../storage/directory-store.js";
import type { Progress } from "../progress.js";
import type { RefusedRows } from "../refused-rows.js";
import type { ReadRow, Row, Source, Table, TableName } from "./source.js";

/** What became of a row. */
export type Outcome =
  | Saved
  /** The row is outdated, such as a former membership, and isn't imported. */
  | "over"
  /** The row is refused. */
  | { readonly reason: string }
  /** The row was imported in part; `but` says what is missing. */
  | { readonly taken: Saved; readonly but: string };

/** A step of an import, which imports the rows of one table. */
export interface Step {
  readonly table: TableName;
  /** Imports a row. Must run inside a transaction. */
  take(row: Row): Outcome;
}

type StepCounts = Record<Saved | "over" | "refused", number>;

export interface StepResult extends Readonly<StepCounts> {
  readonly table: string;
}

export interface ImportRun {
  readonly db: Database;
  readonly source: Source;
  readonly steps: readonly Step[];
  readonly refused: RefusedRows;
  readonly progress: Progress;
  /** How many rows a transaction imports. */
  readonly batch: number;
}

/** Runs all steps whose tables the source has. @returns the counts of each table */
export async function runImport(run: ImportRun): Promise<StepResult[]> {
  const results: StepResult[] = [];
  let before = 0;
  for (const step of run.steps) {
    const table = run.source.get(step.table);
    if (table === undefined) continue;
    results.push({ table: step.table, ...(await runStep(run, step, table, before)) });
    before += table.bytes;
  }
  return results;
}

/** @param before the size of the earlier tables in bytes, for the progress bar */
async function runStep(run: ImportRun, step: Step, table: Table, before: number): Promise<StepCounts> {
  const counts: StepCounts = { added: 0, changed: 0, unchanged: 0, over: 0, refused: 0 };
  const take = run.db.transaction((batch: readonly ReadRow[]) => {
    for (const read of batch) takeRow(run, step, read, counts);
  });
  let batch: ReadRow[] = [];
  const flush = async (): Promise<void> => {
    take.immediate(batch);
    const at = before + (batch.at(-1)?.at ?? 0);
    run.progress.update(at, `${step.table}: ${counted(rowsOf(counts), "row")}`);
    batch = [];
    await nextTurn();
  };
  for (const read of table.rows()) if (batch.push(read) >= run.batch) await flush();
  await flush();
  return counts;
}

/** Returns how many rows of a table were read. */
export function rowsOf({ added, changed, unchanged, over, refused }: Readonly<StepCounts>): number {
  return added + changed + unchanged + over + refused;
}

function takeRow({ refused }: ImportRun, step: Step, read: ReadRow, counts: StepCounts): void {
  const where = `${step.table}, line ${read.line}`;
  const outcome = "reason" in read ? read : step.take(read.row);
  if (typeof outcome === "string") {
    counts[outcome] += 1;
  } else if ("reason" in outcome) {
    counts.refused += 1;
    refused.add(where, outcome.reason);
  } else {
    counts[outcome.taken] += 1;
    refused.note(where, outcome.but);
  }
}
