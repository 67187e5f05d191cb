import type { Command } from "commander";
import { counted } from "../../component/wording.js";
import { diagnose } from "../doctor/doctor.js";
import { findingLines, MARKS, shownFinding, type Finding } from "../doctor/finding.js";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { configOf, configured, sourcesOf, type Flags } from "./configured.js";

const SECTIONS = [
  "xmpp",
  "http",
  "smtp",
  "hooks",
  "limits",
  "rooms",
  "notify",
  "storage",
  "log",
  "service",
] as const;

type Options = Flags & { readonly json?: boolean };

export function addDoctor(program: Command): void {
  configured(program.command("doctor"), SECTIONS)
    .description(
      "test the XMPP server step by step, and print the lines to change in the server's configuration; steps that connect in the component's place are skipped while it is connected",
    )
    .option("--json", "print the result as JSON")
    .action(async ({ json = false, ...options }: Options) => {
      const config = configOf(options, SECTIONS);
      const findings: Finding[] = [];
      for await (const finding of diagnose(config, sourcesOf(options))) {
        if (!json) process.stdout.write(findingLines(finding, process.stdout.isTTY));
        findings.push(finding);
      }
      if (json) say(JSON.stringify({ findings: findings.map(shownFinding) }, null, 2));
      const count = (state: Finding["state"]): number =>
        findings.filter((each) => each.state === state).length;
      if (!json && count("untried") > 0)
        say(`Steps marked ${MARKS.untried} were skipped: their result is unknown.`);
      const wrong = count("wrong");
      if (wrong === 0) return;
      throw new Failure(
        `${counted(wrong, "step")} failed: make the changes above, reload the server (Prosody: restart it) if its ` +
          "configuration was changed, and run doctor again.",
        ExitCode.unavailable,
      );
    });
}
