/** The Unix users of this machine: their names, and what they may do with files. */
import { execFileSync, spawnSync } from "node:child_process";

export interface ProcessIdentity {
  readonly uid: number;
  readonly gid: number;
}

/** A user with a primary group, by number and by name. */
export interface UnixUser extends ProcessIdentity {
  /** The name in sentences, or such as `user 1234` if there is none. */
  readonly name: string;
  /** The name in commands, or the number if there is none. */
  readonly account: string;
  /** The name of the primary group, or its number. */
  readonly group: string;
}

/** Returns a user by name or number; undefined if there is none of this name. */
export function unixUser(user: string | number): UnixUser | undefined {
  if (user === "") return undefined;
  const uid = Number(idOf("-u", user) ?? (typeof user === "number" ? user : NaN));
  if (Number.isNaN(uid)) return undefined;
  return named({ uid, gid: Number(idOf("-g", uid) ?? uid) });
}

/** Returns the user of this process. */
export function ownUser(): UnixUser {
  return named({ uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 });
}

function named({ uid, gid }: ProcessIdentity): UnixUser {
  const account = idOf("-un", uid);
  const group = idOf("-gn", uid) ?? String(gid);
  return { uid, gid, name: account ?? `user ${uid}`, account: account ?? String(uid), group };
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

/**
 * Returns whether a user may read (-r), write (-w) or enter (-x) a path, with the rights of all groups that the user is in, as systemd
 * gives them. Only root can ask for another user.
 */
export function may({ uid, gid }: ProcessIdentity, what: "-r" | "-w" | "-x", path: string): boolean {
  const test = [what, path];
  // Only users with a name can have further groups.
  if (idOf("-un", uid) !== undefined) {
    const ids = [`--reuid=${uid}`, `--regid=${gid}`, "--init-groups"];
    const { status } = spawnSync("setpriv", [...ids, "test", ...test]);
    if (status !== null) return status === 0;
  }
  return spawnSync("test", test, { uid, gid }).status === 0;
}
