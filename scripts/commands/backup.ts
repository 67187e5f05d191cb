/** `backup`: copies the database while the component runs, a slice at a time (SQLite's online backup). */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { loadSections } from "../config/sources.js";
import { copyDatabase, openForCopy } from "../database-copy.js";
import { ExitCode, Failure } from "../failure.js";
import { asFolderOwner } from "../folder-owner.js";
import { configured, sourcesOf } from "./configured.js";

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
      const db = asFolderOwner(storage.path, () => openForCopy(storage.path));
      try {
        const pages = await asFolderOwner(file, () => copyDatabase(db, file));
        process.stdout.write(`Copied ${storage.path} to ${file}: ${pages} pages, checked.\n`);
      } finally {
        asFolderOwner(storage.path, () => db.close());
      }
    });
}
