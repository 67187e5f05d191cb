/**
 * Makes commands that root runs work as the owner of the folder with their files. Otherwise, the folder's owner could
 * replace the files with symbolic links, and so make root write to any file, or change the owner of any file.
 */
import { lstatSync } from "node:fs";
import { dirname, resolve } from "node:path";

interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

const ROOT = 0;

/** If root called the command, runs `work` as the owner of the path's folder, until the promise of `work` settles. */
export function asFolderOwner<T>(path: string, work: () => T): T {
  if (!isCalledByRoot()) return work();
  const owner = asCaller(() => folderOwner(path));
  return owner === undefined ? asCaller(work) : within(owner, work);
}

/** Runs `work` as the user who called the command, for files named on the command line. */
export function asCaller<T>(work: () => T): T {
  return isCalledByRoot() ? within({ ...current(), uid: ROOT }, work) : work();
}

/** Returns the user other than root who controls the files at a path; undefined if only root does. */
export function folderOwner(path: string): Identity | undefined {
  const folder = dirname(resolve(path));
  // The owner of a folder can replace its subfolders.
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

/** Changes the effective user and groups of the process. Becomes root first, because only root may do this. */
function become({ uid, gid, groups }: Identity): void {
  process.seteuid?.(ROOT);
  process.setgroups?.([...groups]);
  process.setegid?.(gid);
  process.seteuid?.(uid);
}
