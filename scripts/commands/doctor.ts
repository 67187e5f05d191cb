import type { Command } from "commander";
import { counted } from "../../component/wording.js";
import { diagnose } from "../doctor/doctor.js";
import { linesOf, MARKS } from "../doctor/finding.js";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { configOf, configured } from "./configured.js";

const SECTIONS = ["xmpp", "http", "limits", "rooms", "notify", "storage"] as const;

export function addDoctor(program: Command): void {
  configured(program.command("doctor"), SECTIONS)
    .description(
      "test the XMPP server step by step, and print the lines to change in the server's configuration; steps that connect in the component's place are skipped while it is connected",
    )
    .action(async (options: Record<string, unknown>) => {
      const config = configOf(options, SECTIONS);
      const counts = { fine: 0, wrong: 0, doubtful: 0, untried: 0 };
      for await (const finding of diagnose(config)) {
        process.stdout.write(linesOf(finding, process.stdout.isTTY));
        counts[finding.state] += 1;
      }
      const { wrong, untried } = counts;
      if (untried > 0) say(`Steps marked ${MARKS.untried} were skipped: their result is unknown.`);
      if (wrong === 0) return;
      const steps = counted(wrong, "step");
      throw new Failure(
        `${steps} failed: make the changes above, reload the server (Prosody: restart it), and run doctor again.`,
        ExitCode.unavailable,
      );
    });
}
