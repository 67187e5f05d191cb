/** Where the sandbox of the systemd unit lets the component read and write (systemd.exec(5)). */
import { unixUser, type UnixUser } from "./unix-users.js";
import { manager, SERVICE_UNIT, unitProperties } from "./service-manager.js";

/** The folders that ProtectHome hides. */
const HOMES = ["/home", "/root", "/run/user"];
/** Folders that ProtectSystem=strict leaves writable. */
const ALWAYS = ["/dev", "/proc", "/sys", "/tmp", "/var/tmp"];

/** The capability to listen on ports below 1024 (capabilities(7)). */
const BIND = "cap_net_bind_service";

export interface Sandbox {
  /** The user that the unit runs the component as; undefined if it doesn't exist. */
  readonly user: UnixUser | undefined;
  readonly mayWrite: (path: string) => boolean;
  readonly mayRead: (path: string) => boolean;
  /** Whether the component may listen on ports below 1024, unlike other processes of its user. */
  readonly mayBindAnyPort: boolean;
}

/** Returns the unit's sandbox; undefined if there is no unit, or if systemd can't be asked. */
export function sandbox(found = propertiesOfUnit()): Sandbox | undefined {
  if (found === undefined) return undefined;
  const all = (name: string): string[] => (found.get(name) ?? "").split(" ").filter((part) => part !== "");
  const writable = [
    ...ALWAYS,
    ...all("StateDirectory").map((name) => `/var/lib/${name}`),
    ...all("LogsDirectory").map((name) => `/var/log/${name}`),
    ...all("ReadWritePaths").map((path) => path.replace(/^[-+]*/, "")),
  ];
  const isStrict = found.get("ProtectSystem") === "strict";
  const isHomeless = found.get("ProtectHome") === "yes";
  const mayRead = (path: string): boolean => !isHomeless || !isIn(path, HOMES);
  return {
    user: unixUser(found.get("User") ?? ""),
    mayRead,
    mayWrite: (path) => mayRead(path) && (!isStrict || isIn(path, writable)),
    // In a user namespace, the capability is none of the machine's network.
    mayBindAnyPort: all("AmbientCapabilities").includes(BIND) && found.get("PrivateUsers") !== "yes",
  };
}

/** Returns what lets the unit write to a folder. */
export function writePathsAdvice(folder: string): string {
  return `run systemctl edit ${SERVICE_UNIT}, add ReadWritePaths=${folder} under [Service], and restart the component`;
}

/** Returns what lets the unit listen on ports below 1024, as the end of a sentence. */
export function lowPortAdvice(by = manager()): string {
  const lines = [
    `CapabilityBoundingSet=${BIND.toUpperCase()}`,
    `AmbientCapabilities=${BIND.toUpperCase()}`,
    "PrivateUsers=no",
  ].join(", ");
  return by === "systemd" ? `, or run systemctl edit ${SERVICE_UNIT}, and add ${lines} under [Service]` : "";
}

/** Returns what to do about a place that is read-only for the component (EROFS). */
export function readOnlyAdvice(folder: string, by = manager(), env = process.env): string {
  if (by === "systemd" && env.INVOCATION_ID !== undefined)
    return `is read-only in the sandbox of ${SERVICE_UNIT}: ${writePathsAdvice(folder)}`;
  if (by === "container") return "is read-only in this container: mount a volume there that can be written";
  return "is on a file system that is mounted read-only: mount it writable";
}

function isIn(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

function propertiesOfUnit(): ReadonlyMap<string, string> | undefined {
  if (manager() !== "systemd") return undefined;
  const names = [
    ...["User", "ProtectSystem", "ProtectHome", "StateDirectory", "LogsDirectory", "ReadWritePaths"],
    ...["AmbientCapabilities", "PrivateUsers"],
  ];
  return unitProperties(SERVICE_UNIT, names);
}
