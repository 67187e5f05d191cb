import type { Command } from "commander";
import { ignoredVariables, loadConfig } from "../config/sources.js";
import { ExitCode, Failure } from "../failure.js";
import { startDaemon } from "../daemon.js";
import { createLog } from "../log.js";
import { idOf } from "../unix-users.js";
import { folderOwner, isCalledByRoot } from "../root-output.js";
import { toStartAs } from "../service-manager.js";
import { endOnFaults, reloadOnSignal, stopOnSignals } from "../supervision.js";
import { Supervisor } from "../supervisor.js";
import { configurable, sourcesOf } from "./configured.js";

/** @throws Failure if root runs the command and another user owns the database's folder */
function requireOwner(path: string): void {
  const owner = isCalledByRoot() ? folderOwner(path) : undefined;
  if (owner === undefined) return;
  const name = idOf("-un", owner.uid);
  throw new Failure(
    `The folder of the database ${path} belongs to ${name ?? `user ${owner.uid}`}: root doesn't start the component there. ` +
      `Start ${toStartAs(name ?? `#${owner.uid}`)}.`,
    ExitCode.noPerm,
  );
}

export function addStart(program: Command): void {
  configurable(program.command("start"))
    .description("run the component in the foreground, until SIGTERM or SIGINT")
    .action(async (options: Record<string, unknown>) => {
      const config = loadConfig(sourcesOf(options));
      requireOwner(config.storage.path);
      const log = createLog(config.log);
      const ignored = ignoredVariables(sourcesOf(options));
      if (ignored !== undefined) log.warn(ignored);
      endOnFaults(log);
      const supervisor = new Supervisor(log);
      const daemon = await startDaemon(config, log, supervisor);
      stopOnSignals(daemon, log, () => supervisor.stopping());
      reloadOnSignal(daemon, log, supervisor, () => loadConfig(sourcesOf(options)));
      supervisor.ready();
    });
}
