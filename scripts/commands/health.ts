/** `health`: asks the running component whether it is alive, for containers, which have no curl. */
import type { Command } from "commander";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { ownUrl } from "../listening.js";
import { configOf, configured, type Flags } from "./configured.js";

/** The longest wait for an answer, in milliseconds. */
const WAIT_MS = 3_000;

type Options = Flags & { readonly ready?: boolean };

export function addHealth(program: Command): void {
  configured(program.command("health"), ["http"])
    .description("ask the running component whether it is alive; the exit code is 69 if it isn't")
    .option("--ready", "ask whether it is ready (/readyz)")
    .action(async ({ ready = false, ...options }: Options) => {
      const url = `${ownUrl(configOf(options, ["http"]).http.listen)}/${ready ? "readyz" : "healthz"}`;
      const response = await fetch(url, { signal: AbortSignal.timeout(WAIT_MS) }).catch(() => undefined);
      const text = await response?.text().catch(() => undefined);
      if (response?.ok !== true)
        throw new Failure(text?.trim() ?? `No component answers at ${url}.`, ExitCode.unavailable);
      say(ready ? "ready" : "alive");
    });
}
