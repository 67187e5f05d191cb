/** `check`: validates the configuration, and opens the database read-only. */
import type { Command } from "commander";
import { CLOSED, opening } from "../../http/identity.js";
import { machine } from "../doctor/machine.js";
import { findingLines, shownFinding, type MachineFinding } from "../doctor/finding.js";
import type { Config } from "../config/sections.js";
import { loadConfig } from "../config/sources.js";
import { ExitCode, Failure } from "../failure.js";
import { listenerAt, type Listener } from "../listening.js";
import { say } from "../output.js";
import { configured, sourcesOf, type Flags } from "./configured.js";

type Options = Flags & { readonly json?: boolean };

export function addCheck(program: Command): void {
  configured(program.command("check"))
    .description(
      "validate the configuration, the port and the database; list every error of the configuration",
    )
    .option("--json", "print the result as JSON")
    .action(async ({ json = false, ...options }: Options) => {
      const sources = sourcesOf(options);
      const config = loadConfig(sources);
      const { listen } = config.http;
      const listener = await listenerAt(listen);
      // If another program listens there, the test of the port fails as the start would.
      const findings = await machine(config, sources, listener === "another" ? "nothing" : listener);
      const meanings = meaningsOf(config);
      if (listener === "component") meanings.push(`the component runs already, on ${listen.text}`);
      const wrong = findings.filter(({ state }) => state === "wrong");
      if (json) say(JSON.stringify(resultOf(config, listener, findings), null, 2));
      else show(meanings, findings, wrong.length === 0);
      const [first] = wrong;
      if (first !== undefined)
        throw new Failure(wrong.map(messageOf).join("\n"), first.exitCode ?? ExitCode.config);
    });
}

/** Returns what a configuration means, for an operator who compares it with what was intended. */
function meaningsOf({ xmpp, http, rooms, storage }: Config): string[] {
  const service = xmpp.service.join(", ");
  const hosts = xmpp.hosts.join(", ");
  const meanings = [
    xmpp.send_as_users === "never"
      ? `${xmpp.domain} connects to ${service}, for users of ${hosts}, and sends nothing in their names`
      : `${xmpp.domain} connects to ${service}, and sends in the names of users of ${hosts}`,
    `callers connect to ${http.listen.text}`,
    `the database is ${storage.path}`,
    ...(http.callers.length === 0
      ? [`${CLOSED}; hooks need none. To let a program of this machine call: ${opening()}`]
      : []),
  ];
  if (rooms.aliases.length > 0)
    meanings.push(
      `${rooms.aliases.join(", ")} in the address of a room means ${xmpp.domain} (rooms.aliases): run doctor, ` +
        "which asks whether the server itself has rooms there",
    );
  return meanings;
}

/** Returns what programs get. */
function resultOf(
  { xmpp, http, storage }: Config,
  listener: Listener,
  findings: readonly MachineFinding[],
): object {
  const { domain, service, hosts } = xmpp;
  const isRunning = listener === "component";
  const shown = findings.map(shownFinding);
  return {
    domain,
    service,
    hosts,
    listen: http.listen.text,
    database: storage.path,
    running: isRunning,
    findings: shown,
  };
}

function show(meanings: readonly string[], findings: readonly MachineFinding[], isValid: boolean): void {
  say(
    isValid ? "The configuration is valid." : "The component can't start with this configuration. It means:",
  );
  for (const text of [
    ...meanings,
    ...findings.filter(({ state }) => state === "fine").map(({ text }) => text),
  ])
    say(`  ${text}`);
  for (const finding of findings)
    if (finding.state === "doubtful") process.stdout.write(findingLines(finding, process.stdout.isTTY));
}

/** Returns a finding as a sentence. */
function messageOf(finding: MachineFinding): string {
  const { text, todo } = shownFinding(finding);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. ${todo.join(" ")}`.trim();
}
