/** The name of the Unix user who calls a command, for the list of changes. */
import { idOf } from "./unix-users.js";

/** Returns the Unix user who called the command, also if the command runs as another one (inherited-files.ts). */
export function userName(): string {
  const { SUDO_USER, LOGNAME, USER } = process.env;
  const uid = process.getuid?.() ?? 0;
  return SUDO_USER ?? LOGNAME ?? USER ?? idOf("-un", uid) ?? `user ${uid}`;
}
