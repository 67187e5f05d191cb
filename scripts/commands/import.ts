/** `import`: moves in from another system. */
import { basename } from "node:path";
import { statSync } from "node:fs";
import type { Command } from "commander";
import type { Database } from "../../storage/database.js";
import { DirectoryStore } from "../../storage/directory-store.js";
import { ImportStore } from "../../storage/import-store.js";
import { loadSections } from "../config/sources.js";
import { ExitCode, Failure } from "../failure.js";
import { loadSpeller } from "../import/pinyin.js";
import { showProgress } from "../import/progress.js";
import { RefusedRows } from "../import/refused.js";
import { scratchCopy } from "../import/scratch.js";
import { openFolder } from "../import/startalk/csv-folder.js";
import { Domains } from "../import/startalk/domains.js";
import { openDump } from "../import/startalk/dump.js";
import { peopleSteps, readHosts } from "../import/startalk/people-steps.js";
import { roomSteps } from "../import/startalk/room-steps.js";
import { interrupted, runImport, type StepResult } from "../import/startalk/run.js";
import type { Source } from "../import/startalk/source.js";
import { summaryOf } from "../import/startalk/summary.js";
import { configured, sourcesOf } from "./configured.js";
import { inNewStorage, say } from "./in-storage.js";

interface ImportOptions extends Readonly<Record<string, unknown>> {
  readonly dryRun?: boolean;
  readonly membersOnly?: boolean;
  readonly refused?: string;
  readonly rename: ReadonlyMap<string, string>;
}

const SECTIONS = ["xmpp", "storage", "rooms"] as const;
/** What a rehearsal has to know of what is there already; a table after those that it refers to. */
const TABLES = ["hosts", "users", "rooms", "affiliations"];

const HELP = `
Dump the original's database with
  pg_dump -t host_info -t host_users -t vcard_version -t muc_room -t muc_vcard_info \\
    -t muc_room_users -t user_register_mucs ejabberd > startalk.sql
and stop the component meanwhile. An interrupted import goes on where it stopped; run again, it adds and changes
what is new in the dump. It removes nobody: for a final move after rehearsals, begin with an empty database.`;

export function addImport(program: Command): void {
  const command = program.command("import").description("move in from another system");
  configured(command.command("startalk"), SECTIONS)
    .description("take people, rooms and members from the original's PostgreSQL database")
    .argument("<dump>", "a plain SQL dump, or a folder of CSV files named after their tables")
    .addHelpText("after", HELP)
    .option(
      "--rename <old=new>",
      "what a host or room domain of the dump is called now; once for each",
      addRenamed,
      new Map<string, string>(),
    )
    .option("--members-only", "let only members enter, also where a room's options would let in others")
    .option("--dry-run", "only tell what would be done")
    .option("--refused <file>", "where refused rows are listed (default: DUMP.refused.txt here)")
    .action(run);
}

async function run(path: string, options: ImportOptions): Promise<void> {
  const config = loadSections(sourcesOf(options), SECTIONS);
  const isDryRun = options.dryRun === true;
  const name = basename(path);
  const source = openSource(path);
  const domains = new Domains({
    hosts: config.xmpp.hosts,
    domain: config.xmpp.domain,
    aliases: config.rooms.aliases,
    renamed: options.rename,
  });
  const list = options.refused ?? `${name}.refused.txt`;
  const began = performance.now();
  const work = async (db: Database): Promise<void> => {
    // Much is written all over the index of members: this many KiB of it stay in memory.
    db.pragma("cache_size = -65536");
    const store = new ImportStore(db);
    const context = { domains, spell: await loadSpeller(), hosts: readHosts(source) };
    const steps = [
      ...peopleSteps({ ...context, directory: new DirectoryStore(db) }),
      ...roomSteps({
        rooms: store,
        domains,
        config: config.rooms,
        membersOnly: options.membersOnly === true,
      }),
    ];
    const identity = JSON.stringify([source.identity, [...options.rename], options.membersOnly === true]);
    const listed = interrupted(store, identity, steps);
    if (listed !== undefined) say("Going on where this import was interrupted.");
    const refused = new RefusedRows(list, listed);
    const total = [...source.tables.values()].reduce((sum, { start, end }) => sum + end - start, 0);
    const progress = showProgress(`Importing ${name}`, total);
    let results: StepResult[];
    try {
      results = await runImport({ db, source, identity, steps, refused, progress });
    } finally {
      progress.stop();
      refused.close();
    }
    const seconds = (performance.now() - began) / 1000;
    say(
      ...summaryOf({
        source,
        results,
        refused,
        domains,
        ownerless: store.countOwnerless(),
        seconds,
        isDryRun,
      }),
    );
  };
  await (isDryRun
    ? rehearse(config.storage.path, work)
    : inNewStorage(config.storage.path, work, { exclusive: true }));
}

async function rehearse(path: string, work: (db: Database) => Promise<void>): Promise<void> {
  const scratch = scratchCopy(path, TABLES);
  try {
    await work(scratch.db);
  } finally {
    scratch.remove();
  }
}

function openSource(path: string): Source {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new Failure(`There is no file or folder ${path} that this user may read.`, ExitCode.noInput);
  }
  if (stat.isDirectory()) return openFolder(path);
  const progress = showProgress(`Looking through ${basename(path)}`, stat.size);
  try {
    return openDump(path, (bytes) => progress.update(bytes, ""));
  } finally {
    progress.stop();
  }
}

function addRenamed(text: string, before: ReadonlyMap<string, string>): Map<string, string> {
  const [, old, now] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (old === undefined || now === undefined) {
    throw new Failure(`--rename ${text}: expected OLD=NEW, such as qtalk=chat.example.org.`, ExitCode.usage);
  }
  return new Map([...before, [old, now]]);
}
