/** `check`: tells whether the configuration is right, without starting anything. */
import type { Command } from "commander";
import { loadConfig } from "../config/sources.js";
import { configured, sourcesOf } from "./configured.js";

export function addCheck(program: Command): void {
  configured(program.command("check"))
    .description("check the configuration; every fault is named")
    .action((options: Record<string, unknown>) => {
      const { xmpp, http, storage } = loadConfig(sourcesOf(options));
      const lines = [
        "The configuration is right.",
        `  ${xmpp.domain} connects to ${xmpp.service} and speaks for the users of ${xmpp.hosts.join(", ")}`,
        `  callers connect to ${http.listen.text}`,
        `  the database is ${storage.path}`,
      ];
      process.stdout.write(`${lines.join("\n")}\n`);
    });
}
