/**
 * Lets commands that root runs work as the user who controls the database's folder. Otherwise, this user could replace
 * files with symbolic links, and so make root write to any file. The same command line runs in a child process with the
 * user's ids, and inherits the files that only root may open. A process of root doesn't change its own ids: Debian's
 * Node forbids it, because an io_uring would keep root's rights. In every other process, files are opened here.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { constants } from "node:os";
import { may, type ProcessIdentity } from "./unix-users.js";
import { Ended, ExitCode, Failure } from "./failure.js";
import { IS_FOLDER, whyUnreadable } from "./file-access.js";
import {
  folderOwner,
  isCalledByRoot,
  openRootInput,
  openRootOutput,
  type RootOutput,
} from "./root-output.js";
import { userName } from "./user-name.js";

/** A file that root opened, or why it couldn't. */
export interface InheritedFile {
  readonly fd?: number;
  /** The error's code, such as ENOENT. */
  readonly code?: string;
  /** The names of a folder's entries. */
  readonly names?: readonly string[];
  /** Whether a file that is written existed before. */
  readonly existed?: boolean;
  /** Whether the user could open a file of `NamedFiles.own` without root's help. */
  readonly isReadable?: boolean;
}

/** The variable of the environment with the inherited files, in JSON: pairs of a path and an InheritedFile. */
export const INHERITED_FILES = "INHERITED_FILES";

const inherited = new Map(JSON.parse(process.env[INHERITED_FILES] ?? "[]") as [string, InheritedFile][]);

/** Opens a file for reading, by position. @throws Failure if it can't be read */
export function openInput(path: string): number {
  const file = inherited.get(path);
  try {
    return file === undefined ? fs.openSync(path, "r") : descriptorOf(path, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(`${path} ${whyUnreadable(path, code)}.`, ExitCode.noInput, { cause: error });
  }
}

/** Closes a file that openInput() opened. Inherited files stay open: they may be read again. */
export function closeInput(path: string, fd: number): void {
  if (!inherited.has(path)) fs.closeSync(fd);
}

/** Reads a whole file. @throws an error of the file system */
export function readInput(path: string): Buffer {
  const file = inherited.get(path);
  if (file === undefined) return fs.readFileSync(path);
  const fd = descriptorOf(path, file);
  const stat = fs.fstatSync(fd);
  if (!stat.isFile()) return fs.readFileSync(fd);
  const bytes = Buffer.alloc(stat.size);
  return bytes.subarray(0, fs.readSync(fd, bytes, 0, stat.size, 0));
}

/** Returns a file's properties; undefined if it doesn't exist or can't be read. */
export function statInput(path: string): fs.Stats | undefined {
  const file = inherited.get(path);
  if (file === undefined) return statReadable(path);
  return file.fd === undefined ? undefined : fs.fstatSync(file.fd);
}

function statReadable(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path);
  } catch {
    return undefined;
  }
}

/** Returns whether the user of this process can read a file of `NamedFiles.own` without root's help. */
export function isReadable(path: string): boolean {
  const asked = inherited.get(path)?.isReadable;
  if (asked !== undefined) return asked;
  try {
    fs.accessSync(path, fs.constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns the names of a folder's entries. @throws an error of the file system */
export function listInputs(path: string): readonly string[] {
  return inherited.get(path)?.names ?? fs.readdirSync(path);
}

/** Returns the descriptor of a file that root opened for writing; undefined if this process opens the file itself. */
export function inheritedOutput(path: string): number | undefined {
  return inherited.get(path)?.fd;
}

/** Refuses a folder where a file is to be written; root does so when it opens the file. @throws Failure */
export function refuseFolder(path: string): void {
  if (statReadable(path)?.isDirectory() === true)
    throw new Failure(`${path} ${IS_FOLDER}.`, ExitCode.cantCreate);
}

/** Returns whether a file to be written exists already. */
export function outputExists(path: string): boolean {
  return inherited.get(path)?.existed ?? fs.existsSync(path);
}

function descriptorOf(path: string, { fd, code = "EACCES" }: InheritedFile): number {
  if (fd !== undefined) return fd;
  throw Object.assign(new Error(`${code}: ${path}`), { code });
}

/** The files that a command line or the configuration names. */
export interface NamedFiles {
  /** Files that the component itself reads when it starts. */
  readonly own?: readonly string[];
  /** Files to read; of a folder, the entries' names. */
  readonly reads?: readonly (string | undefined)[];
  /** Files to write whose content is kept. */
  readonly extends?: readonly string[];
  /** Files to create or replace when the command has succeeded. */
  readonly replaces?: readonly string[];
}

/** The signals that root may send to this process, and that are meant for the child process. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** The first descriptor after standard input, output and error. */
const FIRST = 3;

/**
 * Runs this process's command line as the user who controls the folder of the database.
 * Returns if nothing is to be handed over, because root controls the folder or didn't call the command.
 * @throws Ended with the command's exit code when it has ended
 */
export async function handOverFiles(database: string, files: NamedFiles): Promise<void> {
  const owner = isCalledByRoot() ? folderOwner(database) : undefined;
  if (owner === undefined) return;
  requireProgram(owner);
  const { own = [], reads = [], extends: kept = [], replaces = [] } = files;
  const opened: number[] = [];
  const outputs: RootOutput[] = [];
  const inherited: [string, InheritedFile][] = [];
  const inherit = (path: string, { fd, ...file }: InheritedFile): void => {
    inherited.push([path, fd === undefined ? file : { ...file, fd: FIRST + opened.push(fd) - 1 }]);
  };
  for (const path of own) inherit(path, { ...openForChild(path), isReadable: may(owner, "-r", path) });
  for (const path of reads) {
    // The child process opens what lies in the owner's folders itself: a link there may lead to what only root may read.
    if (path === undefined || folderOwner(path)?.uid === owner.uid) continue;
    inherit(path, openForChild(path));
  }
  for (const path of [...kept, ...replaces]) {
    // The child process writes to the owner's folders itself.
    if (folderOwner(path)?.uid === owner.uid) continue;
    const output = openRootOutput(path, { isKept: kept.includes(path) });
    outputs.push(output);
    inherit(path, output);
  }
  const exitCode = await run(owner, opened, inherited);
  for (const output of outputs) output.finish(exitCode === ExitCode.ok);
  throw new Ended(exitCode);
}

function openForChild(path: string): InheritedFile {
  try {
    const fd = openRootInput(path);
    return fs.fstatSync(fd).isDirectory() ? { fd, names: fs.readdirSync(`/proc/self/fd/${fd}`) } : { fd };
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? "EACCES" };
  }
}

/** The variables that commands read: those of the configuration, of the terminal, and where they run. */
const FOR_USER =
  /^(?:QTALK_.*|LC_.*|LANG|LANGUAGE|TZ|PATH|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|COLUMNS|LINES|LOGNAME|USER|SUDO_USER|DISPLAY|WAYLAND_DISPLAY|NOTIFY_SOCKET|INVOCATION_ID|KUBERNETES_SERVICE_HOST)$/;

/** Returns what a process of another user may know of root's environment, which may have secrets. */
export function ofUser(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => FOR_USER.test(name)));
}

/** Runs the command line as another user. @returns its exit code */
async function run(
  { uid, gid }: ProcessIdentity,
  opened: readonly number[],
  inherited: readonly [string, InheritedFile][],
): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    uid,
    gid,
    // Without a login, such as in a timer's unit, no variable says who calls.
    env: { USER: userName(), ...ofUser(process.env), [INHERITED_FILES]: JSON.stringify(inherited) },
    stdio: ["inherit", "inherit", "inherit", ...opened],
    // A session of its own: the user's other processes can't type into root's terminal through the child process.
    detached: true,
  });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal ?? "SIGKILL"];
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

/** @throws Failure if the user can't read the program */
function requireProgram({ uid, gid }: ProcessIdentity): void {
  const program = process.argv[1] ?? "";
  if (spawnSync("test", ["-r", program], { uid, gid }).status === 0) return;
  throw new Failure(
    `The database's folder belongs to user ${uid}, so this command runs as that user, who can't read the program ${program}: install it where all users can read it.`,
    ExitCode.noPerm,
  );
}
