/** `user import`: takes a list of people, as CSV or as JSON lines, into the directory. */
import { basename } from "node:path";
import { Option, type Command } from "commander";
import { DomainAliases } from "../../component/domain-aliases.js";
import { loadSections } from "../config/sources.js";
import { ExitCode, Failure } from "../failure.js";
import { formatOf, sizeOf, type PeopleFile, type PeopleFormat } from "../import/people-file.js";
import { importPeople, summaryOf, type PeopleCounts } from "../import/people.js";
import { loadSpeller } from "../import/pinyin.js";
import { showProgress } from "../import/progress.js";
import { RefusedRows } from "../import/refused.js";
import { inScratchCopy } from "../import/scratch.js";
import { say } from "../output.js";
import type { Database } from "../../storage/database.js";
import { configured, sourcesOf } from "./configured.js";
import { inNewStorage } from "./in-storage.js";

interface ImportOptions extends Readonly<Record<string, unknown>> {
  readonly format?: PeopleFormat;
  readonly encoding: string;
  readonly dryRun?: boolean;
  readonly refused?: string;
}

const FIELDS = "The heading (or the objects) may have id, host, name, pinyin, avatar, department, employed.";

export function addUserImport(user: Command): void {
  configured(user.command("import"), ["xmpp", "storage"])
    .description("add and change people from a list; nobody is removed")
    .argument("<file>", "a CSV file with a heading, or a file of JSON objects, one a line")
    .addHelpText("after", `\n${FIELDS}\nWhat a list leaves out stays as it is.`)
    .addOption(
      new Option("--format <format>", "by the file's name, where left out").choices(["csv", "jsonl"]),
    )
    .option("--encoding <name>", "the file's encoding, such as gb18030", "utf-8")
    .option("--dry-run", "only tell what would be done")
    .option("--refused <file>", "where refused lines are listed (default: FILE.refused.txt here)")
    .action(run);
}

async function run(path: string, options: ImportOptions): Promise<void> {
  const { xmpp, storage } = loadSections(sourcesOf(options), ["xmpp", "storage"]);
  const file = fileOf(path, options);
  const bytes = sizeOf(path);
  const refused = new RefusedRows(options.refused ?? `${basename(path)}.refused.txt`);
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
    throw new Failure(
      `What ${path} holds can't be told from its name: pass --format csv or jsonl.`,
      ExitCode.usage,
    );
  }
  const known = encodingOf(encoding);
  // A line feed's byte must mean a line feed and nothing else.
  if (known !== undefined && !known.startsWith("utf-16")) return { path, format, encoding: known };
  throw new Failure(
    `${encoding} is no encoding that can be read: utf-8, gb18030 and big5 are some.`,
    ExitCode.usage,
  );
}

function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}
