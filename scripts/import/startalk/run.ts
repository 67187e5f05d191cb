/**
 * Runs the steps of an import. Each transaction imports some thousand rows and stores the import's progress, so that
 * the import can resume after an interruption. Importing the same dump again changes nothing.
 */
import { counted } from "../../../component/wording.js";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "../../../storage/database.js";
import type { Saved } from "../../../storage/directory-store.js";
import { ImportStore } from "../../../storage/import-store.js";
import type { Progress } from "../progress.js";
import type { Listed, RefusedRows } from "../refused-rows.js";
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
  /** Identifies the source and the options that must be the same to resume an import. */
  readonly identity: string;
  readonly steps: readonly Step[];
  readonly refused: RefusedRows;
  readonly progress: Progress;
  /** How many rows a transaction imports. */
  readonly batch: number;
}

/** The stored state of a step, from which an interrupted import resumes. */
interface State {
  /** The line number of the next row. */
  readonly line: number;
  readonly counts: StepCounts;
  readonly listed: Listed;
}

const NOTHING: StepCounts = { added: 0, changed: 0, unchanged: 0, over: 0, refused: 0 };

/** Returns the list of refused rows of an interrupted import; undefined if none was interrupted. */
export function interrupted(
  store: ImportStore,
  identity: string,
  steps: readonly Step[],
): Listed | undefined {
  const states = steps.flatMap(({ table }) => {
    const progress = store.progress(identity, table);
    return progress === undefined ? [] : [JSON.parse(progress.state) as State];
  });
  return states.map(({ listed }) => listed).sort((a, b) => b.bytes - a.bytes || b.count - a.count)[0];
}

/** Runs all steps whose tables the source has. @returns the counts of each table */
export async function runImport(run: ImportRun): Promise<StepResult[]> {
  const results: StepResult[] = [];
  let before = 0;
  for (const step of run.steps) {
    const table = run.source.tables.get(step.table);
    if (table === undefined) continue;
    const counts = await runStep(run, step, table, before);
    results.push({ table: step.table, ...counts });
    before += table.end - table.start;
  }
  new ImportStore(run.db).forgetProgress(run.identity);
  return results;
}

/** @param before the size of the earlier tables in bytes, for the progress bar */
async function runStep(run: ImportRun, step: Step, table: Table, before: number): Promise<StepCounts> {
  const store = new ImportStore(run.db);
  const saved = store.progress(run.identity, step.table);
  const state = saved && (JSON.parse(saved.state) as State);
  const counts = state?.counts ?? { ...NOTHING };
  let position = saved?.position ?? table.start;
  let line = state?.line ?? table.firstLine;
  const take = run.db.transaction((batch: readonly ReadRow[]) => {
    for (const read of batch) takeRow(run, step, read, counts);
    const kept: State = { line, counts, listed: run.refused.listed };
    store.putProgress(run.identity, step.table, { position, state: JSON.stringify(kept) });
  });
  const flush = async (batch: readonly ReadRow[]): Promise<void> => {
    take.immediate(batch);
    run.progress.update(before + position - table.start, `${step.table}: ${counted(rowsOf(counts), "row")}`);
    await nextTurn();
  };
  let batch: ReadRow[] = [];
  for (const read of table.rows(position, line)) {
    batch.push(read);
    position = read.end;
    line = read.nextLine;
    if (batch.length < run.batch) continue;
    await flush(batch);
    batch = [];
  }
  await flush(batch);
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
