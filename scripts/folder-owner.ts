/**
 * Switches commands run as root to the owner of the folder that they work in. Otherwise that owner could make root write,
 * or give away, any file of the machine, through symbolic links with the names of the database's files.
 */
import { lstatSync } from "node:fs";
import { dirname, resolve } from "node:path";

interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

const ROOT = 0;

/**
 * Runs work on files in the folder of a path as the owner of that folder, if root called the command.
 * @param work may return a promise; the user changes back when it is settled
 */
export function asFolderOwner<T>(path: string, work: () => T): T {
  if (!isCalledByRoot()) return work();
  const owner = asCaller(() => folderOwner(path));
  return owner === undefined ? asCaller(work) : within(owner, work);
}

/** Runs work as the user who called the command, for files that they named. */
export function asCaller<T>(work: () => T): T {
  return isCalledByRoot() ? within({ ...current(), uid: ROOT }, work) : work();
}

/** The user other than root who controls what is at a path; undefined if only root does. */
export function folderOwner(path: string): Identity | undefined {
  const folder = dirname(resolve(path));
  // The owner of a folder can replace the folders in it.
  const above = folder === dirname(folder) ? undefined : folderOwner(folder);
  if (above !== undefined) return above;
  const { uid = ROOT, gid = ROOT } = lstatSync(folder, { throwIfNoEntry: false }) ?? {};
  return uid === ROOT ? undefined : { uid, gid, groups: [gid] };
}

export function isCalledByRoot(): boolean {
  return process.getuid?.() === ROOT;
}

function within<T>(identity: Identity, work: () => T): T {
  const before = current();
  become(identity);
  let result: T;
  try {
    result = work();
  } catch (error) {
    become(before);
    throw error;
  }
  if (result instanceof Promise) return result.finally(() => become(before)) as T;
  become(before);
  return result;
}

function current(): Identity {
  return {
    uid: process.geteuid?.() ?? ROOT,
    gid: process.getegid?.() ?? ROOT,
    groups: process.getgroups?.() ?? [],
  };
}

/** Changes the effective user; only root may, so the process becomes root first. */
function become({ uid, gid, groups }: Identity): void {
  process.seteuid?.(ROOT);
  process.setgroups?.([...groups]);
  process.setegid?.(gid);
  process.seteuid?.(uid);
}
