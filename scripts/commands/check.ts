/** `check`: tells whether the configuration is right and the database can be used, without starting anything. */
import { existsSync, readFileSync, statSync } from "node:fs";
import type { Command } from "commander";
import { loadConfig } from "../config/sources.js";
import { asFolderOwner } from "../folder-owner.js";
import { say } from "../output.js";
import { openStorage } from "../start-failures.js";
import { checkFolder } from "../storage-folder.js";
import { configured, sourcesOf } from "./configured.js";

/** What the README, the guide and Debian's example have in its place. */
const PLACEHOLDER = "SECRET";
const FOR_ALL = 0o007;

export function addCheck(program: Command): void {
  configured(program.command("check"))
    .description("check the configuration, of which every fault is named, and the database")
    .action((options: Record<string, unknown>) => {
      const { xmpp, http, storage } = loadConfig(sourcesOf(options));
      const lines = [
        "The configuration is right.",
        `  ${xmpp.domain} connects to ${xmpp.service.join(", ")} and speaks for the users of ${xmpp.hosts.join(", ")}`,
        `  callers connect to ${http.listen.text}`,
        `  the database is ${storage.path}`,
      ];
      say(...lines);
      if (xmpp.password === PLACEHOLDER)
        say(`  xmpp.password is the example's, ${PLACEHOLDER}: the server's own belongs there`);
      if (xmpp.password_file !== undefined) say(...secretWarnings(xmpp.password_file));
      checkStorage(storage.path);
    });
}

/** What is doubtful about a file that holds a secret. */
function secretWarnings(file: string): string[] {
  const name = `  xmpp.password_file ${file}`;
  const lines = readFileSync(file, "utf8")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "").length;
  return [
    ...(lines > 1 ? [`${name} has ${lines} lines, and all of them are the secret: leave one`] : []),
    ...((statSync(file).mode & FOR_ALL) !== 0
      ? [`${name} can be read by every user of this machine: run chmod 600 on it`]
      : []),
  ];
}

/** @throws Failure where `start`, by the same user, would have no use of it */
function checkStorage(path: string): void {
  checkFolder(path);
  if (!existsSync(path)) return;
  asFolderOwner(path, () => openStorage(path, { readonly: true }).close());
}
