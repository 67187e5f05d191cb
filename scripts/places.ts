/** Whether the component may write to a place: its database, its log. */
import { accessSync, constants, existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { may, type UnixUser } from "./unix-users.js";
import { ownership } from "./file-access.js";
import { readOnlyAdvice } from "./sandbox.js";

/**
 * Returns why files of a folder can't be written, and what to do, as the end of a sentence; undefined if they can be. A file that is
 * missing is made.
 * @param user the user that the component runs as, if root asks for it; absent: the user of this process
 */
export function whyUnusable(folder: string, files: readonly string[], user?: UnixUser): string | undefined {
  const existing = files.filter((file) => existsSync(file));
  const isOpen = (path: string, mode: "-r" | "-w"): boolean => user === undefined || may(user, mode, path);
  const code =
    whyUnwritable(folder) ??
    existing
      .map((file) => whyUnwritable(file, constants.R_OK | constants.W_OK))
      .find((each) => each !== undefined) ??
    (isOpen(folder, "-w") && existing.every((file) => isOpen(file, "-r") && isOpen(file, "-w"))
      ? undefined
      : "EACCES");
  if (code === undefined) return undefined;
  const by = user === undefined ? "this user" : `the component's user, ${user.name}`;
  return `can't be written by ${by} (${code}): ${writingAdvice(folder, code, user)}`;
}

/** Returns what to do about a folder that can't be written, as the end of a sentence. @param code of the error */
export function writingAdvice(folder: string, code: string, user?: UnixUser): string {
  if (code === "EROFS") return `${folder} ${readOnlyAdvice(resolve(folder))}`;
  const closed = closedAbove(resolve(folder), user);
  return closed === undefined
    ? ownership(folder, user)
    : `the folder ${closed} above it is closed to this user: choose a place elsewhere, such as in /srv`;
}

/** Returns the folder above a folder that a user can't enter; undefined if there is none. */
function closedAbove(folder: string, user?: UnixUser): string | undefined {
  const above = dirname(folder);
  if (above === folder) return undefined;
  const isClosed =
    user === undefined ? whyUnwritable(above, constants.X_OK) !== undefined : !may(user, "-x", above);
  return closedAbove(above, user) ?? (isClosed ? above : undefined);
}

/** Returns the code of the error with which the access to a path is refused; undefined if it isn't. */
export function whyUnwritable(path: string, mode = constants.W_OK | constants.X_OK): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "EACCES";
  }
}
