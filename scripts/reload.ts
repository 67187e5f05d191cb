/** SIGHUP reloads the configuration, applies the settings that can change at run time, and reopens the log file. */
import type { Logger } from "winston";
import type { Config } from "./config/sections.js";
import type { RunningDaemon } from "./daemon.js";
import { Failure } from "./failure.js";
import type { Supervisor } from "./supervisor.js";
import { ownProperty } from "../component/own-property.js";

/** The keys that take effect without a restart. */
const ALIVE = /^(?:limits|log|messages)\.|^http\.(?:batches|callers|proxies|hosts)$|^rooms\.admins$/;

export interface Reloading {
  readonly daemon: RunningDaemon;
  readonly log: Logger;
  readonly supervisor: Supervisor;
  /** The configuration with which the process was started. */
  readonly config: Config;
  /** Loads the present configuration. @throws Failure if it is invalid */
  readonly load: () => Config;
}

export function reloadOnSignal(parts: Reloading): void {
  process.on("SIGHUP", () => {
    parts.supervisor.reloading();
    reload(parts);
    parts.supervisor.ready();
  });
}

function reload({ daemon, log, config, load }: Reloading): void {
  try {
    const next = load();
    daemon.reload(next);
    const waiting = waitingKeys(config, next);
    log.info(
      waiting.length === 0
        ? "SIGHUP: reloaded the configuration."
        : `SIGHUP: reloaded the configuration. Restart the component to apply ${waiting.join(", ")}.`,
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log.error(`SIGHUP: the configuration was not applied; nothing has changed. ${error.message}`);
  }
}

/** Returns the changed keys that take effect only after a restart. */
export function waitingKeys(started: Config, next: Config): string[] {
  return Object.entries(next).flatMap(([section, values]) => {
    const before = started[section as keyof Config] as Readonly<Record<string, unknown>>;
    return Object.entries(values)
      .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(ownProperty(before, key)))
      .map(([key]) => `${section}.${key}`)
      .filter((path) => !ALIVE.test(path));
  });
}
