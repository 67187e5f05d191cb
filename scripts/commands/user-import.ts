import { basename } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { argumentsOf } from "../../component/administration/fields.js";
import { word } from "../../component/administration/operation.js";
import { DRY_RUN, importUsers } from "../../component/administration/user.js";
import type { PersonFields } from "../../component/people/person.js";
import { ExitCode, Failure, usageFailure } from "../failure.js";
import { importPeople, peopleSummary, type ImportedUsers, type PeopleCounts } from "../import/people.js";
import { showProgress } from "../import/progress.js";
import { RefusedRows, refusedPath } from "../import/refused-rows.js";
import { closeInput, openInput, statInput } from "../inherited-files.js";
import { say } from "../output.js";
import { operate } from "../operator.js";
import { configured, type Flags } from "./configured.js";
import { argumentOf, optionOf } from "./operations.js";

interface ImportOptions extends Flags {
  readonly format?: "csv" | "jsonl";
  readonly encoding?: string;
  readonly dry_run?: boolean;
  readonly refused?: string;
}

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
      z.enum(["csv", "jsonl"]).optional(),
      "format of the file (default: jsonl if its name ends in .jsonl, .ndjson or .json; otherwise csv)",
      "文件的格式（默认：文件名以 .jsonl、.ndjson 或 .json 结尾时为 jsonl，否则为 csv）",
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
  const { format = /\.(?:jsonl|ndjson|json)$/i.test(path) ? "jsonl" : "csv" } = options;
  const encoding = encodingOf(options.encoding ?? "utf-8");
  const isDryRun = options.dry_run === true;
  const size = sizeOf(path);
  const refused = new RefusedRows(refusedPath(path, options));
  const progress = showProgress(`Importing ${basename(path)}`, size);
  const save = async (users: readonly PersonFields[]): Promise<ImportedUsers> =>
    (await operate(importUsers, { users, dry_run: isDryRun }, options)) as ImportedUsers;
  let counts: PeopleCounts;
  try {
    counts = await importPeople({ path, format, encoding, save, refused, progress });
  } finally {
    progress.stop();
    refused.close();
  }
  say(...peopleSummary(counts, refused, isDryRun));
  const taken = counts.added + counts.changed + counts.unchanged;
  if (taken === 0 && counts.refused > 0) process.exitCode = ExitCode.dataErr;
}

/** Returns the file's size in bytes. @throws Failure if the path isn't a file that this user can read */
function sizeOf(path: string): number {
  closeInput(path, openInput(path));
  const stat = statInput(path);
  if (stat?.isFile() === true) return stat.size;
  throw new Failure(`${path} is not a file.`, ExitCode.noInput);
}

/** Returns the name of an encoding. @throws Failure if files in it can't be read */
function encodingOf(label: string): string {
  try {
    const { encoding } = new TextDecoder(label);
    // UTF-16 can't be read: lines are split at bytes of value 10, which UTF-16 also has in other characters.
    if (!encoding.startsWith("utf-16")) return encoding;
  } catch {
    // TextDecoder doesn't know the encoding.
  }
  throw usageFailure(`--encoding ${label} is not supported: use utf-8, gb18030 or big5, for example.`);
}
