/**
 * `restore`: puts a copy that `backup` made in the database's place, while the component doesn't run. What is there is
 * moved aside.
 */
import { counted } from "../../component/counted.js";
import { chmodSync, existsSync, lchownSync, renameSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { emptyOutbox, waitingStanzas } from "../../storage/snapshot.js";
import type { Database } from "../../storage/database.js";
import { loadSections } from "../config/sources.js";
import { copyDatabase, openForCopy, requireSound } from "../database-copy.js";
import { ExitCode, Failure } from "../failure.js";
import { asFolderOwner } from "../folder-owner.js";
import { say } from "../output.js";
import { DATABASE_FILES } from "../private-files.js";
import { lockStorage, openStorage } from "../start-failures.js";
import { provideFolder } from "../storage-folder.js";
import { configured, sourcesOf } from "./configured.js";

const PRIVATE = 0o600;
/** What a group was given stays the group's. */
const NOT_OTHERS = 0o770;

type Options = Readonly<Record<string, unknown>> & { readonly dropOutbox?: boolean };

export function addRestore(program: Command): void {
  configured(program.command("restore"), ["storage"])
    .description("put a copy that backup made in the database's place, while the component doesn't run")
    .argument("<file>", "the copy")
    .option("--drop-outbox", "don't send what waited to be sent when the copy was made")
    .action(async (file: string, { dropOutbox = false, ...options }: Options) => {
      const { storage } = loadSections(sourcesOf(options), ["storage"]);
      await restore(file, storage.path, dropOutbox);
    });
}

async function restore(file: string, path: string, dropOutbox: boolean): Promise<void> {
  const copy = asFolderOwner(file, () => openCopy(file));
  try {
    provideFolder(path);
    const aside = await asFolderOwner(path, () => replace(path, copy, dropOutbox));
    tell({ file, path, aside, waiting: dropOutbox ? 0 : waitingStanzas(copy) });
  } finally {
    asFolderOwner(file, () => copy.close());
  }
}

/** @returns the name of what was there before */
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

/** @throws Failure if it is damaged or no copy of a database */
function openCopy(file: string): Database {
  if (!existsSync(file)) throw new Failure(`There is no file ${file}.`, ExitCode.noInput);
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
 * Keeps the component out, and what it left in files beside the database is brought in.
 * @returns what lets it in again
 * @throws Failure where it, or another command, is in
 */
function takePlace(path: string): () => void {
  const isNew = !existsSync(`${path}.lock`);
  const lock = orInUse(path, () => lockStorage(path));
  if (isNew) hand(`${path}.lock`, statSync(dirname(path)));
  try {
    if (existsSync(path)) orInUse(path, () => settle(path));
  } catch (error) {
    // A damaged file, or one of another version, is moved aside as it is.
    if (!(error instanceof Failure) || error.exitCode === ExitCode.tempFail) {
      lock.release();
      throw error;
    }
  }
  return () => lock.release();
}

function settle(path: string): void {
  const db = openStorage(path, { exclusive: true });
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}

function orInUse<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode !== ExitCode.tempFail) throw error;
    throw new Failure(
      `The database ${path} is in use: stop the component first (systemctl stop qtalk-component).`,
      ExitCode.tempFail,
      { cause: error },
    );
  }
}

/** @returns its name now */
function moveAside(path: string): string {
  const stamp = new Date().toISOString().replace(/[-:]|\..*/g, "");
  const aside = `${path}.replaced-${stamp}`;
  for (const end of DATABASE_FILES) if (existsSync(path + end)) renameSync(path + end, aside + end);
  return aside;
}

/** Gives a file to whom it belongs. @param before whose mode it takes, where there was one */
function hand(file: string, { uid, gid }: Stats, before?: Stats): void {
  if (process.geteuid?.() === 0) lchownSync(file, uid, gid);
  chmodSync(file, before === undefined ? PRIVATE : before.mode & NOT_OTHERS);
}

interface Restored {
  readonly file: string;
  readonly path: string;
  readonly aside: string | undefined;
  readonly waiting: number;
}

function tell({ file, path, aside, waiting }: Restored): void {
  say(`Restored ${path} from ${file}.`);
  if (aside !== undefined) say(`What was there is ${aside} now; delete it when it isn't needed any more.`);
  if (waiting === 0) return;
  say(
    `${counted(waiting, "entry", "entries")} of the queue waited when the copy was made: the next start sends them, ` +
      "though some may have been sent since. (--drop-outbox leaves them out.)",
  );
}
