/** `backup`: copies the database, even of a running component (SQLite's online backup). */
import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import type { Command } from "commander";
import { counted } from "../../component/wording.js";
import { copyBytes, copyDatabase } from "../database-copy.js";
import { ExitCode, Failure } from "../failure.js";
import { inheritedOutput, outputExists, refuseFolder, statInput } from "../inherited-files.js";
import { say } from "../output.js";
import { DATABASE_FILES, LOCK } from "../storage-access.js";
import { configOf, configured, type Flags } from "./configured.js";
import { requireStorage } from "./in-storage.js";

type Options = Flags & { readonly force?: boolean };

export function addBackup(program: Command): void {
  configured(program.command("backup"), ["storage"], (_, file) => ({ replaces: [file] }))
    .description("back up the database to a file; the component may be running")
    .argument("<file>", "the backup file")
    .option("--force", "overwrite the file if it exists")
    .action(async (file: string, { force, ...options }: Options) => {
      const { storage } = configOf(options, ["storage"]);
      requireStorage(storage.path);
      refuseFolder(file);
      refuseOwn(file, storage.path);
      if (outputExists(file) && force !== true) {
        const message = `${file} exists: choose another name, or overwrite it with --force.`;
        throw new Failure(message, ExitCode.cantCreate);
      }
      const pages = await copyTo(file, storage.path);
      say(`Backed up ${storage.path} to ${file}: ${counted(pages, "page")}, checked.`);
    });
}

/** Refuses to write a backup over the database. @throws Failure */
function refuseOwn(file: string, path: string): void {
  const there = statInput(file);
  if (there === undefined) return;
  const own = [...DATABASE_FILES, LOCK].map((suffix) => statInput(path + suffix));
  if (!own.some((each) => each?.ino === there.ino && each.dev === there.dev)) return;
  throw new Failure(`${file} is a file of the database itself: choose another name.`, ExitCode.cantCreate);
}

/** Copies the database to a file. @returns the number of copied pages */
async function copyTo(file: string, path: string): Promise<number> {
  // SQLite can't write to a file that root opened.
  const output = inheritedOutput(file);
  const copy = output === undefined ? file : `${path}.backup`;
  try {
    const pages = await copyDatabase(path, copy);
    if (output !== undefined) {
      const input = openSync(copy, "r");
      try {
        copyBytes(input, output);
        fsyncSync(output);
      } catch (error) {
        const { code = "", message } = error as NodeJS.ErrnoException;
        const reason = code === "ENOSPC" ? "the disk is full: free some space, or choose another" : message;
        throw new Failure(`${file} can't be written: ${reason}.`, ExitCode.ioErr, { cause: error });
      } finally {
        closeSync(input);
      }
    }
    return pages;
  } finally {
    if (output !== undefined) rmSync(copy, { force: true });
  }
}
