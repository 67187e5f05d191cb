import { basename } from "node:path";
import { Option, type Command } from "commander";
import { USERS } from "../../component/administration/user.js";
import type { PersonFields } from "../../component/people/person.js";
import { ExitCode, usageFailure } from "../failure.js";
import { formatOf, sizeOf, type PeopleFile, type PeopleFormat } from "../import/people-file.js";
import { importPeople, summaryOf, type ImportedUsers, type PeopleCounts } from "../import/people.js";
import { showProgress } from "../import/progress.js";
import { RefusedRows, refusedPath } from "../import/refused-rows.js";
import { say } from "../output.js";
import { operate } from "../operator.js";
import { configured, type Flags } from "./configured.js";

interface ImportOptions extends Flags {
  readonly format?: PeopleFormat;
  readonly encoding: string;
  readonly dryRun?: boolean;
  readonly refused?: string;
}

const HELP = `
Columns (or keys of the objects): id, host, name, pinyin, avatar, department, employed.
If a column is missing, its values stay unchanged.`;

export function addUserImport(user: Command): void {
  configured(user.command("import"), ["xmpp", "storage"], (options: ImportOptions, path) => ({
    reads: [path],
    extends: [refusedPath(path, options)],
  }))
    .description("add and change users from a file; users missing from the file are kept")
    .argument("<file>", "a CSV file with a header line, or a file with a JSON object per line")
    .addHelpText("after", `${HELP}\n\nExample:\n  qtalk-component user import people.csv --dry-run`)
    .addOption(
      new Option("--format <format>", "format of the file (default: by its name)").choices(["csv", "jsonl"]),
    )
    .option("--encoding <name>", "encoding of the file, such as gb18030", "utf-8")
    .option("--dry-run", "report what would change, without changing it")
    .option("--refused <file>", "file that lists refused lines (default: FILE.refused.txt in this folder)")
    .action(run);
}

async function run(path: string, options: ImportOptions): Promise<void> {
  const file = fileOf(path, options);
  const isDryRun = options.dryRun === true;
  const refused = new RefusedRows(refusedPath(path, options));
  const progress = showProgress(`Importing ${basename(path)}`, sizeOf(path));
  const [operation] = USERS.filter(({ name }) => name === "user import");
  if (operation === undefined) throw new Error("there is no operation user import");
  const save = async (users: readonly PersonFields[]): Promise<ImportedUsers> =>
    (await operate(operation, { users, dry_run: isDryRun }, options)) as ImportedUsers;
  let counts: PeopleCounts;
  try {
    counts = await importPeople({ file, save, refused, progress });
  } finally {
    progress.stop();
    refused.close();
  }
  say(...summaryOf(counts, refused, isDryRun));
  const taken = counts.added + counts.changed + counts.unchanged;
  if (taken === 0 && counts.refused > 0) process.exitCode = ExitCode.dataErr;
}

function fileOf(path: string, { format = formatOf(path), encoding }: ImportOptions): PeopleFile {
  if (format === undefined) {
    throw usageFailure(`The format of ${path} is unknown: pass --format csv or jsonl.`);
  }
  const known = encodingOf(encoding);
  // UTF-16 can't be read: lines are split at bytes of value 10, which UTF-16 also has in other characters.
  if (known !== undefined && !known.startsWith("utf-16")) return { path, format, encoding: known };
  throw usageFailure(`--encoding ${encoding} is not supported: use utf-8, gb18030 or big5, for example.`);
}

function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}
