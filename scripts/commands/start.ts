/** `start`: runs the component in the foreground until a signal stops it. */
import type { Command } from "commander";
import { loadConfig } from "../config/sources.js";
import { startDaemon } from "../daemon.js";
import { createLog } from "../log.js";
import { reloadOnSignal } from "../reload.js";
import { endOnFaults, stopOnSignals } from "../supervision.js";
import { Supervisor } from "../supervisor.js";
import { configured, sourcesOf } from "./configured.js";

export function addStart(program: Command): void {
  configured(program.command("start"))
    .description("run the component in the foreground; SIGTERM or SIGINT stops it cleanly")
    .action(async (options: Record<string, unknown>) => {
      const config = loadConfig(sourcesOf(options));
      const log = createLog(config.log);
      endOnFaults(log);
      const supervisor = new Supervisor(log);
      const daemon = await startDaemon(config, { log });
      stopOnSignals(daemon, log, () => supervisor.stopping());
      reloadOnSignal({ daemon, log, supervisor, config, load: () => loadConfig(sourcesOf(options)) });
      supervisor.ready();
    });
}
