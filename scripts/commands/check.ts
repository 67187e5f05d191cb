/** `check`: validates the configuration, and opens the database read-only. */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { counted } from "../../component/wording.js";
import type { Cidr } from "../../http/caller-config.js";
import { isWithin } from "../../http/client-address.js";
import type { HttpConfig } from "../../http/config.js";
import { CLOSED, opening } from "../../http/identity.js";
import type { Listen } from "../../http/listen.js";
import { ignoredVariables, loadConfig } from "../config/sources.js";
import { readInput, statInput } from "../inherited-files.js";
import { say } from "../output.js";
import { portHolder, readinessAt, tryListening } from "../listening.js";
import { plannedMigration } from "../migration.js";
import { checkFolder } from "../storage-access.js";
import { configured, sourcesOf } from "./configured.js";

/** The password in the examples of the README, the guide and the Debian package. */
const PLACEHOLDER = "SECRET";
/** The permissions of other users in a file's mode. */
const FOR_ALL = 0o007;

export function addCheck(program: Command): void {
  configured(program.command("check"))
    .description(
      "validate the configuration, the port and the database; list every error of the configuration",
    )
    .action(async (options: Record<string, unknown>) => {
      const { xmpp, http, rooms, storage } = loadConfig(sourcesOf(options));
      const lines = [
        "The configuration is valid.",
        `  ${xmpp.domain} connects to ${xmpp.service.join(", ")} and sends for users of ${xmpp.hosts.join(", ")}`,
        `  callers connect to ${http.listen.text}`,
        `  the database is ${storage.path}`,
        ...callerLines(http),
      ];
      if (rooms.aliases.length > 0)
        lines.push(
          `  ${rooms.aliases.join(", ")} in the address of a room means ${xmpp.domain} (rooms.aliases): run doctor, ` +
            "which asks whether the server itself has rooms there",
        );
      say(...lines, ...(await portLines(http.listen)));
      const ignored = ignoredVariables(sourcesOf(options));
      if (ignored !== undefined) say(`  ${ignored}`);
      if (xmpp.password === PLACEHOLDER)
        say(
          `  xmpp.password is still the example's, ${PLACEHOLDER}: replace it with the component's secret on the server`,
        );
      if (xmpp.password_file !== undefined) say(...secretWarnings(xmpp.password_file));
      checkFolder(storage.path);
      if (existsSync(storage.path)) say(...migrationLines(storage.path));
    });
}

/** Returns that nobody may call, or warnings about callers for which any process of this machine may pass. */
function callerLines({ callers }: HttpConfig): string[] {
  if (callers.length === 0)
    return [`  ${CLOSED}; hooks need none. To let a program of this machine call: ${opening()}`];
  return callers
    .filter(({ token_sha256, addresses = [] }) => token_sha256 === undefined && addresses.some(isHere))
    .map(
      ({ name }) =>
        `  the caller ${name} is known by this machine's address alone: every process of this machine may call as ` +
        "it, and whoever a proxy on it lets in (http.callers)",
    );
}

/** Returns whether a network has addresses of loopback. */
function isHere(network: Cidr): boolean {
  return network[0].range() === "loopback" || ["127.0.0.1", "::1"].some((each) => isWithin(each, [network]));
}

/** Returns what holds the port of http.listen. @throws Failure if the component couldn't listen there */
async function portLines(listen: Listen): Promise<string[]> {
  const holder = portHolder(listen);
  if (holder !== undefined && holder.todo === undefined) return [`  ${holder.text}`];
  if ((await readinessAt(listen)) !== undefined) return [`  the component runs already, on ${listen.text}`];
  await tryListening(listen);
  return holder === undefined ? [] : [`  ${holder.text}. ${holder.todo}`];
}

/** Opens the database, and returns what the next start will migrate. @throws Failure if it can't be used */
function migrationLines(path: string): string[] {
  const plan = plannedMigration(path);
  if (plan === undefined) return [];
  return [
    `  the next start migrates the database from version ${plan.from} of the schema to version ${plan.to}, after ` +
      `copying it to ${plan.copy} (${counted(plan.bytes, "byte")})`,
  ];
}

/** Returns warnings about xmpp.password_file: several lines, or readable by every user. */
function secretWarnings(file: string): string[] {
  const name = `  xmpp.password_file ${file}`;
  const lines = readInput(file)
    .toString("utf8")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "").length;
  return [
    ...(lines > 1 ? [`${name} has ${lines} lines, and all of them form the secret: keep one`] : []),
    ...(((statInput(file)?.mode ?? 0) & FOR_ALL) !== 0
      ? [`${name} is readable by every user of this machine: run chmod 600 on it`]
      : []),
  ];
}
