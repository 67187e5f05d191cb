import { basename } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { argumentsOf } from "../../component/administration/fields.js";
import { word } from "../../component/administration/operation.js";
import { DRY_RUN, importUsers } from "../../component/administration/user.js";
import type { PersonFields } from "../../component/people/person.js";
import { ExitCode, usageFailure } from "../failure.js";
import { formatOf, sizeOf, type PeopleFile } from "../import/people-file.js";
import { importPeople, summaryOf, type ImportedUsers, type PeopleCounts } from "../import/people.js";
import { showProgress } from "../import/progress.js";
import { RefusedRows, refusedPath } from "../import/refused-rows.js";
import { say } from "../output.js";
import { operate } from "../operator.js";
import { configured, type Flags } from "./configured.js";
import { argumentOf, optionOf } from "./operations.js";

interface ImportOptions extends Flags {
  readonly format?: string;
  readonly encoding?: string;
  readonly dry_run?: boolean;
  readonly refused?: string;
}

const FORMATS = ["csv", "jsonl"] as const;

/** The command's arguments: it reads the operation's from a file. */
export const IMPORT_FIELDS = argumentsOf({
  arguments: z.strictObject({
    file: word(
      z.string(),
      "a CSV file with a header line, or a file with a JSON object per line",
      "首行为列名的 CSV 文件，或每行一个 JSON 对象的文件",
      { placed: "people.csv" },
    ),
    format: word(
      z.enum(FORMATS).optional(),
      "format of the file (default: by its name)",
      "文件的格式（默认：由文件名判断）",
    ),
    encoding: word(
      z.string().optional(),
      "encoding of the file, such as gb18030 (default: utf-8)",
      "文件的编码，例如 gb18030（默认：utf-8）",
    ),
    dry_run: DRY_RUN,
    refused: word(
      z.string().optional(),
      "file that lists refused lines (default: FILE.refused.txt in this folder)",
      "记录被拒行的文件（默认：当前目录中的 FILE.refused.txt）",
    ),
  }),
});

const HELP = `
Columns (or keys of the objects): id, host, name, pinyin, avatar, department, employed.
If a column is missing, its values stay unchanged.`;

export function addUserImport(user: Command): void {
  const command = configured(user.command("import"), ["xmpp", "storage"], (options: ImportOptions, path) => ({
    reads: [path],
    extends: [refusedPath(path, options)],
  }))
    .description("add and change users from a file; users missing from the file are kept")
    .addHelpText("after", `${HELP}\n\nExample:\n  qtalk-component user import people.csv --dry-run`)
    .action(run);
  for (const field of IMPORT_FIELDS) {
    if (field.placed === undefined) command.addOption(optionOf(field));
    else command.addArgument(argumentOf(field, true));
  }
}

async function run(path: string, options: ImportOptions): Promise<void> {
  const file = fileOf(path, options);
  const isDryRun = options.dry_run === true;
  const refused = new RefusedRows(refusedPath(path, options));
  const progress = showProgress(`Importing ${basename(path)}`, sizeOf(path));
  const save = async (users: readonly PersonFields[]): Promise<ImportedUsers> =>
    (await operate(importUsers, { users, dry_run: isDryRun }, options)) as ImportedUsers;
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

function fileOf(path: string, { format: given, encoding = "utf-8" }: ImportOptions): PeopleFile {
  const format = FORMATS.find((each) => each === (given ?? formatOf(path)));
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
