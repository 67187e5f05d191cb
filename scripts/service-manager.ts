/** What runs the component on this machine: systemd, a container, or neither; and how an operator stops and reloads it. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

export type Manager = "systemd" | "container" | "none";

/** The user of the unit. */
export const UNIT_USER = "qtalk-component";
export const SERVICE_UNIT = "qtalk-component.service";
export const SOCKET_UNIT = "qtalk-component.socket";

/** The folder that exists while systemd is process 1 (sd_booted(3)). */
const BOOTED = "/run/systemd/system";
/** Where a package, and where an operator, puts units (systemd.unit(5)). */
const UNIT_FOLDERS = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];
/** Files that Docker and Podman make in each container. */
const CONTAINER_FILES = ["/.dockerenv", "/run/.containerenv"];

/** Returns what runs the component. A unit counts if it is installed, even if it has never run. */
export function manager(exists: (path: string) => boolean = existsSync, env = process.env): Manager {
  if (exists(BOOTED) && UNIT_FOLDERS.some((folder) => exists(`${folder}/${SERVICE_UNIT}`))) return "systemd";
  const isContainer =
    CONTAINER_FILES.some((file) => exists(file)) || env.KUBERNETES_SERVICE_HOST !== undefined;
  return isContainer ? "container" : "none";
}

/** Returns properties of a unit (systemctl(1), show); undefined if systemd can't be asked. */
export function unitProperties(
  unit: string,
  names: readonly string[],
): ReadonlyMap<string, string> | undefined {
  try {
    const args = ["show", `--property=${names.join(",")}`, unit];
    const text = execFileSync("systemctl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return new Map(Array.from(text.matchAll(/^(\w+)=(.*)$/gm), ([, name = "", value = ""]) => [name, value]));
  } catch {
    return undefined;
  }
}

/** How to do something with the component, as the end of a sentence. */
type Ways = Readonly<Record<Manager, string>>;

/** The socket is stopped, too, as otherwise the next call starts the component again. */
const STOP: Ways = {
  systemd: "stop the component (systemctl stop qtalk-component.socket qtalk-component)",
  container: "stop the component's container",
  none: "stop the component (SIGTERM)",
};

const RELOAD: Ways = {
  systemd: "run systemctl reload qtalk-component",
  container: "send the component's container SIGHUP",
  none: "send the component SIGHUP",
};

/** What is run while the component is stopped. A stopped container runs no commands. */
const AGAIN: Ways = {
  systemd: "run {} again",
  container:
    "run {} in a new container with the same configuration and volume (docker compose run --rm component {})",
  none: "run {} again",
};

export const toStop = (by = manager()): string => STOP[by];
export const toReload = (by = manager()): string => RELOAD[by];
/** @param command such as `doctor` */
export const toRunStopped = (command: string, by = manager()): string =>
  `${toStop(by)}, and ${AGAIN[by].replaceAll("{}", command)}`;
/** How to start the component as the user who owns its database. @param user such as `qtalk-component`, or `#1000` */
export function toStartAs(user: string, by = manager()): string {
  const ways: Ways = {
    systemd: "the service (systemctl enable --now qtalk-component)",
    container: `the container as that user (docker run --user ${user.replace("#", "")})`,
    none: `it as that user (sudo -u '${user}' qtalk-component start)`,
  };
  return ways[by];
}
