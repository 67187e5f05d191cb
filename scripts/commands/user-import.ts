import { basename } from "node:path";
import { Option, type Command } from "commander";
import { DomainAliases } from "../../component/domain-aliases.js";
import { ExitCode, usageFailure } from "../failure.js";
import { formatOf, sizeOf, type PeopleFile, type PeopleFormat } from "../import/people-file.js";
import { importPeople, summaryOf, type PeopleCounts } from "../import/people.js";
import { loadSpeller } from "../import/pinyin.js";
import { showProgress } from "../import/progress.js";
import { RefusedRows, refusedPath } from "../import/refused-rows.js";
import { inScratchCopy } from "../import/scratch.js";
import { say } from "../output.js";
import type { Database } from "../../storage/database.js";
import { configOf, configured, type Flags } from "./configured.js";
import { inNewStorage } from "./in-storage.js";

interface ImportOptions extends Flags {
  readonly format?: PeopleFormat;
  readonly encoding: string;
  readonly dryRun?: boolean;
  readonly refused?: string;
}

const FIELDS = "Columns (or keys of the objects): id, host, name, pinyin, avatar, department, employed.";

export function addUserImport(user: Command): void {
  configured(user.command("import"), ["xmpp", "storage"], (options: ImportOptions, path) => ({
    reads: [path],
    extends: [refusedPath(path, options)],
  }))
    .description("add and change users from a file; users missing from the file are kept")
    .argument("<file>", "a CSV file with a header line, or a file with a JSON object per line")
    .addHelpText("after", `\n${FIELDS}\nIf a column is missing, its values stay unchanged.`)
    .addOption(
      new Option("--format <format>", "format of the file (default: by its name)").choices(["csv", "jsonl"]),
    )
    .option("--encoding <name>", "encoding of the file, such as gb18030", "utf-8")
    .option("--dry-run", "report what would change, without changing it")
    .option("--refused <file>", "file that lists refused lines (default: FILE.refused.txt in this folder)")
    .action(run);
}

async function run(path: string, options: ImportOptions): Promise<void> {
  const { xmpp, storage } = configOf(options, ["xmpp", "storage"]);
  const file = fileOf(path, options);
  const bytes = sizeOf(path);
  const refused = new RefusedRows(refusedPath(path, options));
  const rules = { aliases: new DomainAliases({ xmpp }), spell: await loadSpeller() };
  const progress = showProgress(`Importing ${basename(path)}`, bytes);
  const work = (db: Database): Promise<PeopleCounts> => importPeople({ file, rules, db, refused, progress });
  let counts: PeopleCounts;
  try {
    counts =
      options.dryRun === true
        ? await inScratchCopy(storage.path, ["hosts", "users"], work)
        : await inNewStorage(storage.path, work);
  } finally {
    progress.stop();
    refused.close();
  }
  say(...summaryOf(counts, refused, options.dryRun === true));
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
