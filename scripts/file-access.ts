/** What to do about a file that a user can't read, and a folder that a user can't write. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { unixUser, idOf, ownUser, type UnixUser } from "./unix-users.js";
import { manager, UNIT_USER, type Manager } from "./service-manager.js";

/** Why a path can't be used as a file's, as the end of a sentence. */
export const IS_FOLDER = "is a folder: name a file in it";

/** Returns why a file can't be read, as the end of a sentence, and what to do about it. @param code of the error */
export function whyUnreadable(file: string, code = "unknown reason"): string {
  if (code === "ENOENT") return "doesn't exist";
  if (code === "EISDIR") return IS_FOLDER;
  if (code !== "EACCES" && code !== "EPERM") return `can't be read (${code})`;
  return `can't be read by this user (${code}): ${accessAdvice(file)}`;
}

/** Returns what to do about a file that this user can't read, as the end of a sentence. */
export function accessAdvice(file: string, by = manager()): string {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (by === "container") return `let user ${uid}, which is the container's, read the mounted file`;
  const isComponents = process.env.NOTIFY_SOCKET !== undefined || idOf("-un", uid) === UNIT_USER;
  if (!isComponents) return "run the command as root, or let this user read the file";
  return `as root, run: ${closing(file, idOf("-gn", uid) ?? String(gid))}`;
}

/** Returns the commands after which root and the users of a group can read a file, and nobody else. */
export function closing(path: string, group: string): string {
  return `chown root:${group} ${path} && chmod 640 ${path}`;
}

/** The mode of folders that are the component's alone. */
const PRIVATE_FOLDER = 700;
/** Folders of the system, in which the component gets a folder of its own. */
const SYSTEM = /^\/(?:[^/]*|(?:etc|usr|var)\/[^/]*)$/;

/** Returns the user that the component runs as: by the unit, or else the user of this process, unless it is root's. */
export function componentUser(by = manager()): UnixUser | undefined {
  const own = ownUser();
  if (own.uid !== 0) return own;
  return by === "container" ? own : unixUser(UNIT_USER);
}

/** Returns how a folder is created for the component, as the end of a sentence. */
export function creation(folder: string, user = componentUser(), by = manager()): string {
  const path = resolve(folder);
  if (by === "container")
    return `mount a volume there that ${user?.name ?? "the container's user"} can write`;
  const owner = user === undefined ? "-o USER" : `-o ${user.account} -g ${user.group}`;
  const command = `as root, run: install -d ${owner} -m ${PRIVATE_FOLDER} ${path}`;
  return user === undefined ? `${command} (USER: the component's user)` : command;
}

/** Returns how the component gets a folder that exists, with its files, as the end of a sentence. */
export function ownership(folder: string, user = componentUser(), by = manager()): string {
  const path = resolve(folder);
  const theirs = rightfulUser(path, user, by);
  if (theirs !== undefined) return runAs(theirs.name);
  if (SYSTEM.test(path))
    return `give the component a folder of its own there: ${creation(resolve(path, "qtalk-component"), user, by)}`;
  if (by === "container")
    return `let ${user?.name ?? "the container's user"}, which is the container's, write the mounted folder`;
  if (user === undefined)
    return `as root, run: chown -R USER ${path} && chmod -R u+rwX ${path} (USER: the component's user)`;
  return `as root, run: chown -R ${user.account}:${user.group} ${path} && chmod -R u+rwX ${path}`;
}

/**
 * Returns whose a folder is, if this process is of somebody who should not be given it: of another user than root and its owner, or
 * than the component's, where a unit runs that.
 */
function rightfulUser(path: string, user: UnixUser | undefined, by: Manager): UnixUser | undefined {
  const own = ownUser();
  if (own.uid === 0 || own.uid !== user?.uid || by === "container") return undefined;
  const { uid = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  const rightful = uid === 0 ? (by === "systemd" ? unixUser(UNIT_USER) : undefined) : unixUser(uid);
  return rightful?.uid === own.uid ? undefined : rightful;
}

/** Returns what a user does who isn't the right one, as the end of a sentence. */
export function runAs(user = "the component's user"): string {
  return `run the command as ${user} or as root`;
}
