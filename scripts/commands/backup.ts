/** `backup`: copies the database, even of a running component (SQLite's online backup). */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { counted } from "../../component/wording.js";
import { copyDatabase, openForCopy } from "../database-copy.js";
import { ExitCode, Failure } from "../failure.js";
import { asFolderOwner } from "../folder-owner.js";
import { say } from "../output.js";
import { configOf, configured, type Flags } from "./configured.js";
import { requireStorage } from "./in-storage.js";

type Options = Flags & { readonly force?: boolean };

export function addBackup(program: Command): void {
  configured(program.command("backup"), ["storage"])
    .description("back up the database to a file; the component may be running")
    .argument("<file>", "the backup file")
    .option("--force", "overwrite the file if it exists")
    .action(async (file: string, { force, ...options }: Options) => {
      const { storage } = configOf(options, ["storage"]);
      requireStorage(storage.path);
      if (existsSync(file) && force !== true) {
        const message = `${file} exists: choose another name, or overwrite it with --force.`;
        throw new Failure(message, ExitCode.cantCreate);
      }
      const db = asFolderOwner(storage.path, () => openForCopy(storage.path));
      try {
        const pages = await asFolderOwner(file, () => copyDatabase(db, file));
        say(`Backed up ${storage.path} to ${file}: ${counted(pages, "page")}, checked.`);
      } finally {
        asFolderOwner(storage.path, () => db.close());
      }
    });
}
