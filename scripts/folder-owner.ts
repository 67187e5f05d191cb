import { lstatSync } from "node:fs";
import { dirname, resolve } from "node:path";

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

export const ROOT = 0;

/** Returns the user other than root who controls the files at a path; undefined if only root does. */
export function folderOwner(path: string): Identity | undefined {
  const folder = dirname(resolve(path));
  // The owner of a folder can replace its subfolders.
  const above = folder === dirname(folder) ? undefined : folderOwner(folder);
  if (above !== undefined) return above;
  const { uid = ROOT, gid = ROOT } = lstatSync(folder, { throwIfNoEntry: false }) ?? {};
  return uid === ROOT ? undefined : { uid, gid };
}

export function isCalledByRoot(): boolean {
  return process.getuid?.() === ROOT;
}
