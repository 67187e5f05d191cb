/** `backup`: copies the database while the component runs, a slice at a time (SQLite's online backup). */
import { existsSync, renameSync, rmSync } from "node:fs";
import type { Command } from "commander";
import type { Database } from "../../storage/database.js";
import { makePrivate } from "../../storage/private-file.js";
import { loadSections } from "../config/sources.js";
import { ExitCode, Failure } from "../failure.js";
import { openStorage } from "../start-failures.js";
import { configured, sourcesOf } from "./configured.js";

/** Pages a slice: short enough that nobody who writes has to wait. */
const SLICE = 200;
const BUSY_MS = 5_000;

type Options = Readonly<Record<string, unknown>> & { readonly force?: boolean };

export function addBackup(program: Command): void {
  configured(program.command("backup"), ["storage"])
    .description("copy the database to a file, also while the component runs")
    .argument("<file>", "the copy")
    .option("--force", "overwrite the file where it exists")
    .action(async (file: string, { force, ...options }: Options) => {
      const { storage } = loadSections(sourcesOf(options), ["storage"]);
      if (!existsSync(storage.path)) {
        const message = `There is no database at ${storage.path}: name it with --config or --storage.path.`;
        throw new Failure(message, ExitCode.noInput);
      }
      if (existsSync(file) && force !== true) {
        throw new Failure(
          `${file} exists: choose another name, or overwrite it with --force.`,
          ExitCode.cantCreate,
        );
      }
      const db = openStorage(storage.path, { readonly: true, asItIs: true, busyTimeout: BUSY_MS });
      try {
        const pages = await copy(db, file);
        process.stdout.write(`Copied ${storage.path} to ${file}: ${pages} pages, checked.\n`);
      } finally {
        db.close();
      }
    });
}

/** @returns how many pages */
async function copy(db: Database, file: string): Promise<number> {
  const unfinished = `${file}.unfinished`;
  try {
    rmSync(unfinished, { force: true });
    makePrivate(unfinished);
    // One moment's state, whatever the component writes meanwhile.
    db.exec("BEGIN; SELECT count(*) FROM sqlite_schema");
    const { totalPages } = await db.backup(unfinished, { progress: () => SLICE });
    check(unfinished);
    renameSync(unfinished, file);
    return totalPages;
  } catch (error) {
    rmSync(unfinished, { force: true });
    if (error instanceof Failure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `The copy could not be made (${reason}): check that ${file} can be written.`,
      ExitCode.ioErr,
      {
        cause: error,
      },
    );
  }
}

function check(file: string): void {
  const db = openStorage(file, { asItIs: true });
  try {
    const said = db.pragma("quick_check", { simple: true });
    if (said !== "ok") throw new Failure(`The copy is damaged (${String(said)}): try again.`, ExitCode.ioErr);
    db.pragma("journal_mode = DELETE");
  } finally {
    db.close();
  }
}
