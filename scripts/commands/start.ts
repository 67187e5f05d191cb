/** `start`: runs the component in the foreground until a signal stops it. */
import type { Command } from "commander";
import { loadConfig } from "../config/sources.js";
import { startDaemon } from "../daemon.js";
import { createLog } from "../log.js";
import { endOnFaults, stopOnSignals } from "../supervision.js";
import { configured, sourcesOf } from "./configured.js";

export function addStart(program: Command): void {
  configured(program.command("start"))
    .description("run the component in the foreground; SIGTERM or SIGINT stops it cleanly")
    .action(async (options: Record<string, unknown>) => {
      const config = loadConfig(sourcesOf(options));
      const log = createLog(config.log);
      endOnFaults(log);
      stopOnSignals(await startDaemon(config, { log }), log);
    });
}
