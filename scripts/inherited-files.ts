/**
 * Files that the command line and the configuration name. A process that root started as the database's owner
 * (hand-over.ts) may not open them itself: it inherits them open. In every other process, they are opened here.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import type { Stats } from "node:fs";

/** A file that root opened, or why it couldn't. */
export interface InheritedFile {
  readonly fd?: number;
  /** The error's code, such as ENOENT. */
  readonly code?: string;
  /** The names of a folder's entries. */
  readonly names?: readonly string[];
  /** Whether a file that is written existed before. */
  readonly existed?: boolean;
}

/** The variable of the environment with the inherited files, in JSON: pairs of a path and an InheritedFile. */
export const INHERITED_FILES = "INHERITED_FILES";

const inherited = new Map(JSON.parse(process.env[INHERITED_FILES] ?? "[]") as [string, InheritedFile][]);

/** Opens a file for reading, by position. @throws an error of the file system */
export function openInput(path: string): number {
  const file = inherited.get(path);
  return file === undefined ? openSync(path, "r") : descriptorOf(path, file);
}

/** Closes a file that openInput() opened. Inherited files stay open: they may be read again. */
export function closeInput(path: string, fd: number): void {
  if (!inherited.has(path)) closeSync(fd);
}

/** Reads a whole file. @throws an error of the file system */
export function readInput(path: string): Buffer {
  const file = inherited.get(path);
  if (file === undefined) return readFileSync(path);
  const fd = descriptorOf(path, file);
  const stat = fstatSync(fd);
  if (!stat.isFile()) return readFileSync(fd);
  const bytes = Buffer.alloc(stat.size);
  return bytes.subarray(0, readSync(fd, bytes, 0, stat.size, 0));
}

/** Returns a file's properties; undefined if it doesn't exist or can't be read. */
export function statInput(path: string): Stats | undefined {
  const file = inherited.get(path);
  if (file === undefined) return statSync(path, { throwIfNoEntry: false });
  return file.fd === undefined ? undefined : fstatSync(file.fd);
}

/** Returns the names of a folder's entries. @throws an error of the file system */
export function listInputs(path: string): readonly string[] {
  return inherited.get(path)?.names ?? readdirSync(path);
}

/** Returns the descriptor of a file that root opened for writing; undefined if this process opens the file itself. */
export function inheritedOutput(path: string): number | undefined {
  return inherited.get(path)?.fd;
}

/** Returns whether a file to be written exists already. */
export function outputExists(path: string): boolean {
  return inherited.get(path)?.existed ?? existsSync(path);
}

function descriptorOf(path: string, { fd, code = "EACCES" }: InheritedFile): number {
  if (fd !== undefined) return fd;
  throw Object.assign(new Error(`${code}: ${path}`), { code });
}
