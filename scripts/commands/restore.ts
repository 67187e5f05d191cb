/** `restore`: replaces the database with a backup. The previous database is renamed, not deleted. */
import { counted } from "../../component/wording.js";
import { chmodSync, existsSync, lchownSync, renameSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { emptyOutbox, waitingStanzas } from "../../storage/snapshot.js";
import type { Database } from "../../storage/database.js";
import { copyDatabase, openForCopy, requireSound } from "../database-copy.js";
import { ExitCode, Failure } from "../failure.js";
import { asFolderOwner } from "../folder-owner.js";
import { say } from "../output.js";
import { DATABASE_FILES } from "../private-files.js";
import { lockStorage, openStorage } from "../start-failures.js";
import { provideFolder } from "../storage-folder.js";
import { configOf, configured, type Flags } from "./configured.js";
import { orInUse } from "./in-storage.js";

const PRIVATE = 0o600;
/** A mask that removes the permissions of other users from a mode. */
const NOT_OTHERS = 0o770;
const STOP = "stop the component first (systemctl stop qtalk-component)";

type Options = Flags & { readonly dropOutbox?: boolean };

export function addRestore(program: Command): void {
  configured(program.command("restore"), ["storage"])
    .description("restore the database from a backup, while the component is stopped")
    .argument("<file>", "the backup file")
    .option("--drop-outbox", "discard the stanzas that were queued when the backup was made")
    .action(async (file: string, { dropOutbox = false, ...options }: Options) => {
      const { storage } = configOf(options, ["storage"]);
      await restore(file, storage.path, dropOutbox);
    });
}

async function restore(file: string, path: string, dropOutbox: boolean): Promise<void> {
  const copy = asFolderOwner(file, () => openCopy(file));
  try {
    provideFolder(path);
    const aside = await asFolderOwner(path, () => replace(path, copy, dropOutbox));
    say(`Restored ${path} from ${file}.`);
    if (aside !== undefined)
      say(`The previous database is now ${aside}; delete it when you no longer need it.`);
    const waiting = dropOutbox ? 0 : waitingStanzas(copy);
    if (waiting === 0) return;
    say(
      `${counted(waiting, "stanza was", "stanzas were")} queued when the backup was made. The next start sends them, ` +
        "even if they have been sent since. To discard them, restore with --drop-outbox.",
    );
  } finally {
    asFolderOwner(file, () => copy.close());
  }
}

/** Replaces a database with a copy of the backup. @returns the previous database's new name, if any */
async function replace(path: string, copy: Database, dropOutbox: boolean): Promise<string | undefined> {
  const free = takePlace(path);
  try {
    const before = statSync(path, { throwIfNoEntry: false });
    const fresh = `${path}.restored`;
    await copyDatabase(copy, fresh, dropOutbox ? emptyOutbox : undefined);
    hand(fresh, before ?? statSync(dirname(path)), before);
    const aside = before && moveAside(path);
    renameSync(fresh, path);
    return aside;
  } finally {
    free();
  }
}

/** Opens a backup file. @throws Failure if the file doesn't exist, is damaged, or isn't a backup */
function openCopy(file: string): Database {
  if (!existsSync(file))
    throw new Failure(`There is no file ${file}: pass a file that backup made.`, ExitCode.noInput);
  const copy = openForCopy(file);
  try {
    requireSound(copy, file);
    return copy;
  } catch (error) {
    copy.close();
    throw error;
  }
}

/**
 * Locks the database against the component, and writes its write-ahead log into the database file.
 * @returns a function that releases the lock
 * @throws Failure if the component or another command uses the database
 */
function takePlace(path: string): () => void {
  const isNew = !existsSync(`${path}.lock`);
  const lock = orInUse(path, STOP, () => lockStorage(path));
  if (isNew) hand(`${path}.lock`, statSync(dirname(path)));
  try {
    if (existsSync(path))
      orInUse(path, STOP, () => {
        const db = openStorage(path, { exclusive: true, schema: "older" });
        db.pragma("wal_checkpoint(TRUNCATE)");
        db.close();
      });
  } catch (error) {
    // A damaged database, or a database of another version, is renamed unchanged.
    if (!(error instanceof Failure) || error.exitCode === ExitCode.tempFail) {
      lock.release();
      throw error;
    }
  }
  return () => lock.release();
}

/** Renames the database's files. @returns the database's new name */
function moveAside(path: string): string {
  const stamp = new Date().toISOString().replace(/[-:]|\..*/g, "");
  const aside = `${path}.replaced-${stamp}`;
  for (const end of DATABASE_FILES) if (existsSync(path + end)) renameSync(path + end, aside + end);
  return aside;
}

/**
 * Sets the owner and the mode of a file.
 * @param before the previous file; its mode is kept, except other users' permissions; absent: the mode is 0600
 */
function hand(file: string, { uid, gid }: Stats, before?: Stats): void {
  if (process.geteuid?.() === 0) lchownSync(file, uid, gid);
  chmodSync(file, before === undefined ? PRIVATE : before.mode & NOT_OTHERS);
}
