/** What to do about a file that a user can't read. */
import { execFileSync } from "node:child_process";
import { manager, UNIT_USER } from "./service-manager.js";

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

/** Returns what id(1) says about a user, such as the name of the primary group; undefined if there is no such user. */
export function idOf(what: "-u" | "-g" | "-un" | "-gn", user: string | number): string | undefined {
  try {
    const text = execFileSync("id", [what, String(user)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return text.trim();
  } catch {
    return undefined;
  }
}
