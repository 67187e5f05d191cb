/** Who controls a folder, and files that root opens in folders of another user, which needs Linux's /proc. */
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { PRIVATE } from "../storage/private-file.js";
import type { ProcessIdentity } from "./unix-users.js";
import { ExitCode, Failure } from "./failure.js";
import { IS_FOLDER } from "./file-access.js";

const ROOT = 0;

/** Returns the user other than root who controls the files at a path; undefined if only root does. */
export function folderOwner(path: string): ProcessIdentity | undefined {
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

export type RootOutput = ReturnType<typeof openRootOutput>;

/** The permissions to write of other users than the owner. */
const OF_OTHERS = 0o022;

/**
 * Opens a file for writing. It belongs to the folder's owner.
 * @param isKept whether to write to the existing file, instead of a new file that replaces it
 * @throws Failure if the file can't be written, or if another user could have made it
 */
export function openRootOutput(path: string, { isKept }: { readonly isKept: boolean }) {
  try {
    return open(resolve(path), isKept);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      const advice = `the folder ${dirname(resolve(path))} doesn't exist: create it, or choose another`;
      throw new Failure(`${path} can't be written: ${advice}.`, ExitCode.cantCreate, { cause: error });
    }
    const why =
      code === "ELOOP" || code === "ENOTDIR"
        ? "it is, or lies behind, a symbolic link in a folder of another user"
        : message;
    throw new Failure(`${path} can't be written: ${why}.`, ExitCode.cantCreate, { cause: error });
  }
}

/**
 * Opens a file or a folder for reading. Follows symbolic links only in folders that nobody but root can change: other
 * users could make root read any file. @throws an error of the file system
 */
export function openRootInput(path: string): number {
  const full = resolve(path);
  const folder = openFolder(dirname(full));
  try {
    return openSync(entryOf(folder, basename(full)), constants.O_RDONLY | linkFlag(folder));
  } finally {
    closeSync(folder);
  }
}

function open(path: string, isKept: boolean) {
  const folder = openFolder(dirname(path));
  const name = isKept ? basename(path) : `${basename(path)}.unfinished`;
  const before = lstatSync(entryOf(folder, basename(path)), { throwIfNoEntry: false });
  const existed = before !== undefined;
  if (before?.isDirectory() === true) throw new Failure(`${path} ${IS_FOLDER}.`, ExitCode.cantCreate);
  if (!isKept) rmSync(entryOf(folder, name), { force: true });
  const flags = constants.O_RDWR | constants.O_CREAT | (isKept ? 0 : constants.O_EXCL) | linkFlag(folder);
  const fd = openSync(entryOf(folder, name), flags, PRIVATE);
  const { uid, gid } = fstatSync(folder);
  const isFile = requireOwn(path, fd, uid);
  if (isFile) fchownSync(fd, uid, gid);
  /** Gives the file its name if the command succeeded; otherwise removes it. A kept file is removed only if it is empty. */
  const finish = (hasSucceeded: boolean): void => {
    if (!isKept && hasSucceeded) renameSync(entryOf(folder, name), entryOf(folder, basename(path)));
    else if (!isKept || (isFile && fstatSync(fd).size === 0)) rmSync(entryOf(folder, name));
    closeSync(fd);
    closeSync(folder);
  };
  return { fd, existed, finish };
}

/** Opens a folder. Follows symbolic links only in folders that nobody but root can change. */
function openFolder(folder: string): number {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY;
  if (folder === dirname(folder)) return openSync(folder, flags);
  const above = openFolder(dirname(folder));
  try {
    return openSync(entryOf(above, basename(folder)), flags | linkFlag(above));
  } finally {
    closeSync(above);
  }
}

/** Returns the path of an entry of an open folder, whatever became of the folder's name meanwhile. */
function entryOf(folder: number, name: string): string {
  return `/proc/self/fd/${folder}/${name}`;
}

function linkFlag(folder: number): number {
  const { uid, mode } = fstatSync(folder);
  return uid === ROOT && (mode & OF_OTHERS) === 0 ? 0 : constants.O_NOFOLLOW;
}

/**
 * Returns whether an open file is a regular file; otherwise, it is a device or a pipe.
 * @throws Failure if a user other than root and the folder's owner made the file, or if it has a second name
 */
function requireOwn(path: string, fd: number, owner: number): boolean {
  const stat = fstatSync(fd);
  if (!stat.isFile()) return false;
  if (stat.nlink === 1 && (stat.uid === ROOT || stat.uid === owner)) return true;
  throw new Failure(`${path} belongs to another user: choose another name.`, ExitCode.cantCreate);
}
