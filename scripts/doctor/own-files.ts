/** Checks the files that the component reads at its start: its user must be able to read them, other users mustn't. */
import { existsSync, statSync, type Stats } from "node:fs";
import { dirname, resolve } from "node:path";
import { ExitCode } from "../failure.js";
import { unixUser, may, ownUser, type UnixUser } from "../unix-users.js";
import { closing } from "../file-access.js";
import { isReadable, statInput } from "../inherited-files.js";
import { isCalledByRoot } from "../root-output.js";
import { manager, UNIT_USER } from "../service-manager.js";
import { doubtful, failing, type Finding, type MachineFinding } from "./finding.js";

/** A file that the component reads at its start. */
export interface OwnFile {
  readonly path: string;
  /** Its name in messages. */
  readonly name: string;
  readonly hasSecret: boolean;
  /** With what the start fails if the file can't be read. */
  readonly exitCode: ExitCode;
}

/** The permissions of other users in a file's mode. */
const FOR_ALL = 0o007;
const FOR_GROUP = 0o040;
/** The permission of other users to enter a folder. */
const ENTER = 0o001;

/** The user that the component runs as, and that user's group. */
interface Reader extends UnixUser {
  readonly mayRead: (path: string) => boolean;
}

/**
 * Checks the files' permissions.
 * @param database the path of the database, whose folder's owner runs the component
 * @param user the user that the unit runs the component as; absent: the configuration isn't a unit's
 */
export function ownFiles(files: readonly OwnFile[], database: string, user?: UnixUser): MachineFinding[] {
  const reader = readerOf(database, user);
  return files.flatMap((file) => {
    const stat = statInput(file.path);
    if (stat === undefined) return [];
    if (!reader.mayRead(file.path)) return [unreadable(file, stat, reader)];
    return file.hasSecret &&
      (stat.mode & FOR_ALL) !== 0 &&
      isReachable(file.path) &&
      manager() !== "container"
      ? [readableByAll(file, stat, reader)]
      : [];
  });
}

/** Whether every user may enter all folders above a file. */
function isReachable(path: string): boolean {
  const folder = dirname(resolve(path));
  const { mode = 0 } = statSync(folder, { throwIfNoEntry: false }) ?? {};
  return (mode & ENTER) !== 0 && (folder === dirname(folder) || isReachable(folder));
}

function unreadable({ path, name, exitCode }: OwnFile, { gid, mode }: Stats, reader: Reader): MachineFinding {
  const text = `the component's user, ${reader.name}, can't read ${name} ${path}`;
  const isPermitted = (mode & FOR_ALL) !== 0 || (gid === reader.gid && (mode & FOR_GROUP) !== 0);
  const todo = isPermitted
    ? "A folder above the file is closed to this user: move the file, such as to /etc."
    : `As root, run: ${closing(path, reader.group)}`;
  return failing(exitCode, text, todo);
}

function readableByAll({ path, name }: OwnFile, { uid }: Stats, reader: Reader): Finding {
  const todo = uid === reader.uid ? `Run: chmod 600 ${path}` : `As root, run: ${closing(path, reader.group)}`;
  return doubtful(`${name} ${path} has a secret, and is readable by every user of this machine`, todo);
}

function readerOf(database: string, user?: UnixUser): Reader {
  // If another user owned the folder, root's command would have been handed over to that user.
  const asked = !isCalledByRoot()
    ? undefined
    : (user ?? (existsSync(dirname(database)) ? undefined : unixUser(UNIT_USER)));
  return {
    ...(asked ?? ownUser()),
    mayRead: (path) => (asked === undefined ? isReadable(path) : may(asked, "-r", path)),
  };
}
