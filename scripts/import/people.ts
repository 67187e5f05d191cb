/** Imports a list of users into the directory: adds new users and changes known ones, but removes none. */
import { counted } from "../../component/wording.js";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "../../storage/database.js";
import { DirectoryStore, type PersonChange, type Saved } from "../../storage/directory-store.js";
import { readPeople, type PeopleFile } from "./people-file.js";
import { readPerson, type PersonRules } from "./person.js";
import type { Progress } from "./progress.js";
import type { RefusedRows } from "./refused-rows.js";

export interface PeopleImport {
  readonly file: PeopleFile;
  readonly rules: PersonRules;
  readonly db: Database;
  readonly refused: RefusedRows;
  readonly progress: Progress;
}

export interface PeopleCounts extends Readonly<Record<Saved, number>> {
  /** The number of refused lines. */
  readonly refused: number;
  /** The names of columns or keys that weren't imported. */
  readonly ignored: readonly string[];
}

/** How many users a transaction saves. This number delays a running component by only some milliseconds. */
const BATCH = 500;

export async function importPeople(work: PeopleImport): Promise<PeopleCounts> {
  const { file, rules, refused, progress } = work;
  const store = new DirectoryStore(work.db);
  const counts = { added: 0, changed: 0, unchanged: 0 };
  const ignored = new Set<string>();
  const save = work.db.transaction((batch: readonly PersonChange[]) => {
    for (const change of batch) counts[store.save(change)] += 1;
  });
  let batch: PersonChange[] = [];
  let read = 0;
  const flush = async (at: number): Promise<void> => {
    save.immediate(batch);
    batch = [];
    progress.update(at, counted(read, "user"));
    await nextTurn();
  };
  let last = 0;
  for (const line of readPeople(file, (heading) => ignored.add(heading))) {
    read += 1;
    last = line.at;
    const change = "reason" in line ? line.reason : readPerson(line.fields, rules);
    if (typeof change === "string") refused.add(`line ${line.line}`, change);
    else batch.push(change);
    if (batch.length >= BATCH) await flush(last);
  }
  await flush(last);
  return { ...counts, refused: refused.listed.count, ignored: [...ignored] };
}

export function summaryOf(counts: PeopleCounts, refused: RefusedRows, dryRun: boolean): string[] {
  const { added, changed, unchanged, ignored } = counts;
  const done = dryRun ? "Would be:" : "Done:";
  return [
    `${done} ${added} added, ${changed} changed, ${unchanged} unchanged, ${counts.refused} refused.`,
    ...(ignored.length === 0
      ? []
      : [`Ignored columns: ${ignored.map((name) => JSON.stringify(name)).join(", ")}.`]),
    ...refused.summary(),
    ...(dryRun ? ["Dry run: nothing was changed."] : []),
  ];
}
