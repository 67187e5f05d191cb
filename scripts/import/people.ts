/** Imports a list of users into the directory: adds new users and changes known ones, but removes none. */
import { counted } from "../../component/wording.js";
import type { PersonFields } from "../../component/people/person.js";
import type { Saved } from "../../storage/directory-store.js";
import { readPeople, type PeopleFile, type PeopleLine } from "./people-file.js";
import type { Progress } from "./progress.js";
import type { RefusedRows } from "./refused-rows.js";

/** The result of the operation `user import`. */
export interface ImportedUsers extends Readonly<Record<Saved, number>> {
  readonly refused: readonly { readonly index: number; readonly reason: string }[];
}

export interface PeopleImport {
  readonly file: PeopleFile;
  /** Runs the operation for some users. */
  readonly save: (users: readonly PersonFields[]) => Promise<ImportedUsers>;
  readonly refused: RefusedRows;
  readonly progress: Progress;
}

export interface PeopleCounts extends Readonly<Record<Saved, number>> {
  /** The number of refused lines. */
  readonly refused: number;
  /** The names of columns or keys that weren't imported. */
  readonly ignored: readonly string[];
}

/** How many users one operation saves. This number delays a running component by only some milliseconds. */
const BATCH = 500;

export async function importPeople({ file, save, refused, progress }: PeopleImport): Promise<PeopleCounts> {
  const counts = { added: 0, changed: 0, unchanged: 0 };
  const ignored = new Set<string>();
  let lines: PeopleLine[] = [];
  let read = 0;
  const flush = async (at: number): Promise<void> => {
    const readable = lines.filter((line) => "fields" in line);
    const saved = readable.length === 0 ? undefined : await save(readable.map(({ fields }) => fields));
    for (const kind of ["added", "changed", "unchanged"] as const) counts[kind] += saved?.[kind] ?? 0;
    const reasons = new Map(saved?.refused.map(({ index, reason }) => [readable[index], reason]));
    for (const line of lines) {
      const reason = "reason" in line ? line.reason : reasons.get(line);
      if (reason !== undefined) refused.add(`line ${line.line}`, reason);
    }
    lines = [];
    progress.update(at, counted(read, "user"));
  };
  let last = 0;
  for (const line of readPeople(file, (heading) => ignored.add(heading))) {
    read += 1;
    last = line.at;
    lines.push(line);
    if (lines.length >= BATCH) await flush(last);
  }
  await flush(last);
  return { ...counts, refused: refused.count, ignored: [...ignored] };
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
