import { basename } from "node:path";
import { Option, type Command } from "commander";
import type { Database } from "../../storage/database.js";
import { usageFailure } from "../failure.js";
import { showProgress } from "../import/progress.js";
import { inScratchCopy } from "../import/scratch.js";
import { openFolder, tablesIn } from "../import/startalk/csv-folder.js";
import { openDump } from "../import/startalk/dump.js";
import { moveIn, summaryOf, type MoveIn } from "../import/startalk/move-in.js";
import type { ImportSource } from "../import/startalk/source.js";
import { closeInput, openInput, statInput } from "../inherited-files.js";
import { refusedPath } from "../import/refused-rows.js";
import { say } from "../output.js";
import { configOf, configured, type Flags } from "./configured.js";
import { inStorageAlone } from "./in-storage.js";

interface ImportOptions extends Flags {
  readonly again?: boolean;
  readonly dryRun?: boolean;
  readonly membersOnly?: boolean;
  readonly refused?: string;
  readonly rename: ReadonlyMap<string, string>;
}

const SECTIONS = ["xmpp", "storage", "rooms"] as const;
/** The tables that a dry run copies, each after the tables that it references. */
const TABLES = ["hosts", "users", "rooms", "affiliations", "imported"];

const HELP = `
Dump the original database with
  pg_dump -t host_info -t host_users -t vcard_version -t muc_room -t muc_vcard_info \\
    -t muc_room_users -t user_register_mucs ejabberd > startalk.sql
and stop the component during the import. If it is interrupted, run it again. If you import a newer dump later,
new data is added, and nothing is removed. So begin the final import with an empty database: once the component has run
with what was imported, another import is refused without --again, as it would undo what was changed since.`;

export function addImport(program: Command): void {
  const command = program
    .command("import")
    .description("import data from another system, while the component is stopped");
  configured(command.command("startalk"), SECTIONS, (options: ImportOptions, path) => ({
    reads: [path, ...tablesIn(path)],
    extends: [refusedPath(path, options)],
  }))
    .description("import users, rooms and members from the original QTalk's PostgreSQL database")
    .argument("<dump>", "a plain SQL dump, or a folder of CSV files named after their tables")
    .addHelpText("after", HELP)
    .addOption(
      new Option("--rename <old=new>", "new name of a host or room domain of the dump; repeatable")
        .argParser(addRenamed)
        .default(new Map<string, string>(), "none"),
    )
    .option("--members-only", "make every room members-only, even if it is open in the dump")
    .option("--again", "import even if the component has run with what an earlier import brought")
    .option("--dry-run", "report what would change, without changing it")
    .option("--refused <file>", "file that lists refused rows (default: DUMP.refused.txt in this folder)")
    .action(run);
}

async function run(path: string, options: ImportOptions): Promise<void> {
  const { xmpp, rooms, storage } = configOf(options, SECTIONS);
  const isDryRun = options.dryRun === true;
  const source = openSource(path);
  const total = [...source.values()].reduce((sum, { start, end }) => sum + end - start, 0);
  const progress = showProgress(`Importing ${basename(path)}`, total);
  const move: MoveIn = {
    source,
    xmpp,
    rooms,
    progress,
    renamed: options.rename,
    membersOnly: options.membersOnly === true,
    isAgain: options.again === true,
    refusedPath: refusedPath(path, options),
  };
  const began = performance.now();
  const work = async (db: Database): Promise<void> => {
    const moved = await moveIn(db, move).finally(() => progress.stop());
    say(...summaryOf(moved, source, (performance.now() - began) / 1000, isDryRun));
  };
  if (isDryRun) await inScratchCopy(storage.path, TABLES, work);
  else await inStorageAlone(storage.path, work);
}

function openSource(path: string): ImportSource {
  closeInput(path, openInput(path));
  const stat = statInput(path);
  if (stat?.isDirectory() === true) return openFolder(path);
  const progress = showProgress(`Scanning ${basename(path)}`, stat?.size ?? 0);
  try {
    return openDump(path, (bytes) => progress.update(bytes, ""));
  } finally {
    progress.stop();
  }
}

function addRenamed(text: string, before: ReadonlyMap<string, string>): Map<string, string> {
  const [, old, now] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (old === undefined || now === undefined) {
    throw usageFailure(`--rename ${text}: expected OLD=NEW, such as qtalk=chat.example.org.`);
  }
  return new Map([...before, [old, now]]);
}
