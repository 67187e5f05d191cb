/** `restore`: replaces the database with a backup. The previous database is renamed, not deleted. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lchownSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import type { Stats } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { counted } from "../../component/wording.js";
import { openDatabase, StorageFault } from "../../storage/database.js";
import { acquireInstanceLock } from "../../storage/instance-lock.js";
import { PRIVATE } from "../../storage/private-file.js";
import { dropWaiting, waitingIn, type Count } from "../../storage/snapshot.js";
import { copyBytes, finish } from "../database-copy.js";
import { dataFailure, ExitCode, Failure } from "../failure.js";
import { closeInput, openInput, statInput } from "../inherited-files.js";
import { say } from "../output.js";
import { DATABASE_FILES, exitCodeOf, LOCK, provideFolder } from "../storage-access.js";
import { configOf, configured, type Flags } from "./configured.js";
import { orInUse } from "./in-storage.js";

/** The suffix of a database's write-ahead log. */
const LOG = "-wal";
/** A mask that removes the permissions of other users from a mode. */
const NOT_OTHERS = 0o770;
const STOP = "stop the component first (systemctl stop qtalk-component.socket qtalk-component)";

/** What waits, when there is more than one of it; without: with an s at its end. */
const PLURALS: Readonly<Partial<Record<Count["what"], string>>> = {
  "message about an alert": "messages about alerts",
  "alert with steps": "alerts with steps",
};

type Options = Flags & { readonly dropOutbox?: boolean };

export function addRestore(program: Command): void {
  configured(program.command("restore"), ["storage"], (_, file) => ({ reads: [file, `${file}${LOG}`] }))
    .description(
      "restore the database from a backup, while the component is stopped; the previous database is kept beside it, as DATABASE.replaced-TIME",
    )
    .argument("<file>", "the backup file")
    .option(
      "--drop-outbox",
      "discard what waited to be sent when the backup was made: stanzas, posts, events, alerts' steps",
    )
    .action((file: string, { dropOutbox = false, ...options }: Options) => {
      const { storage } = configOf(options, ["storage"]);
      restore(file, storage.path, dropOutbox);
    });
}

function restore(file: string, path: string, dropOutbox: boolean): void {
  if (statInput(file)?.isFile() !== true)
    throw new Failure(`There is no file ${file}: pass a file that backup made.`, ExitCode.noInput);
  provideFolder(path);
  const { aside, waiting } = replace(path, file, dropOutbox);
  say(`Restored ${path} from ${file}.`);
  if (aside !== undefined)
    say(`The previous database is now ${aside}; delete it when you no longer need it.`);
  if (waiting.length === 0) return;
  const counts = waiting.map(({ what, count }) => counted(count, what, PLURALS[what]));
  say(
    `Waiting when the backup was made: ${counts.join(", ")}. The next start sends them, ` +
      "even if they have been sent since. To discard them, restore with --drop-outbox.",
  );
}

interface Replaced {
  /** The previous database's new name. */
  readonly aside: string | undefined;
  /** What the new database has to send. */
  readonly waiting: readonly Count[];
}

/** Replaces a database with a copy of the backup. */
function replace(path: string, file: string, dropOutbox: boolean): Replaced {
  const free = takePlace(path);
  const fresh = `${path}.restored`;
  try {
    const before = statSync(path, { throwIfNoEntry: false });
    const waiting = copyBackup(file, fresh, dropOutbox);
    hand(fresh, before ?? statSync(dirname(path)), before);
    const aside = before && moveAside(path);
    renameSync(fresh, path);
    return { aside, waiting };
  } finally {
    for (const end of DATABASE_FILES) rmSync(fresh + end, { force: true });
    free();
  }
}

/**
 * Copies a backup, and checks the copy: opening the backup itself would leave files beside it.
 * @returns what the copy has to send
 * @throws Failure if the file is damaged or isn't a backup
 */
function copyBackup(file: string, fresh: string, dropOutbox: boolean): readonly Count[] {
  copyFile(file, fresh);
  // A database that was copied with other programs may have a part of its content in its write-ahead log.
  if (statInput(`${file}${LOG}`) !== undefined) copyFile(`${file}${LOG}`, `${fresh}${LOG}`);
  let waiting: readonly Count[] = [];
  try {
    finish(fresh, file, (copy) => {
      if (dropOutbox) dropWaiting(copy);
      waiting = waitingIn(copy);
    });
  } catch (error) {
    if (!(error instanceof StorageFault) || exitCodeOf(error) !== ExitCode.dataErr) throw error;
    // The advice after the last colon is for the component's database.
    const [what = ""] = /^.*(?=: )/.exec(error.message.replaceAll(fresh, file)) ?? [];
    throw dataFailure(`${what}: pass a file that backup made with this version or an older one.`);
  }
  return waiting;
}
/** Copies a file to a new private file. */
function copyFile(from: string, to: string): void {
  rmSync(to, { force: true });
  const [input, output] = [openInput(from), openSync(to, "wx", PRIVATE)];
  try {
    copyBytes(input, output);
    fsyncSync(output);
  } finally {
    closeSync(output);
    closeInput(from, input);
  }
}

/**
 * Locks the database against the component, and writes its write-ahead log into the database file.
 * @returns a function that releases the lock
 * @throws Failure if the component or another command uses the database
 */
function takePlace(path: string): () => void {
  const isNew = !existsSync(path + LOCK);
  const lock = orInUse(path, STOP, () => acquireInstanceLock(path));
  if (isNew) hand(path + LOCK, statSync(dirname(path)));
  try {
    if (existsSync(path))
      orInUse(path, STOP, () => {
        const db = openDatabase(path, { exclusive: true, schema: "any" });
        db.pragma("wal_checkpoint(TRUNCATE)");
        db.close();
      });
  } catch (error) {
    // A damaged database, or a database of another version, is renamed unchanged.
    if (!(error instanceof StorageFault)) {
      lock.release();
      throw error;
    }
  }
  return () => lock.release();
}

/** Renames the database's files, without the shared memory, which SQLite makes anew. @returns the database's new name */
function moveAside(path: string): string {
  const stamp = new Date().toISOString().replace(/[-:]|\..*/g, "");
  const aside = `${path}.replaced-${stamp}`;
  rmSync(`${path}-shm`, { force: true });
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
