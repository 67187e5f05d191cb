/**
 * Commands run as root work in a folder with the rights of its owner. Otherwise the owner could make root write, or
 * give away, any file of the machine: by symbolic links with the names of the database's files.
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
 * Runs work on files in the folder of a path with the rights of the folder's owner, if root called the command.
 * @param work may return a promise: the rights change back when it is settled
 */
export function asFolderOwner<T>(path: string, work: () => T): T {
  if (!isCalledByRoot()) return work();
  const owner = asCaller(() => folderOwner(path));
  return owner === undefined ? asCaller(work) : within(owner, work);
}

/** Runs work with the rights of the command's caller: for files that they named. */
export function asCaller<T>(work: () => T): T {
  return isCalledByRoot() ? within({ ...current(), uid: ROOT }, work) : work();
}

/** The user besides root who decides what is at this path; undefined if there is none. */
export function folderOwner(path: string): Identity | undefined {
  const folder = dirname(resolve(path));
  // Whoever owns a folder can replace those in it.
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

/** Only root may become another user, so the process is root in between. */
function become({ uid, gid, groups }: Identity): void {
  process.seteuid?.(ROOT);
  process.setgroups?.([...groups]);
  process.setegid?.(gid);
  process.seteuid?.(uid);
}
