/** `health`: asks the running component whether it is alive, for containers, which have no curl. */
import type { Command } from "commander";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { ownUrl } from "../listening.js";
import { configOf, configured, type Flags } from "./configured.js";

/** The longest wait for an answer, in milliseconds. */
const WAIT_MS = 3_000;

type Options = Flags & { readonly ready?: boolean; readonly json?: boolean };

export function addHealth(program: Command): void {
  configured(program.command("health"), ["http"])
    .description("ask the running component whether it is alive; the exit code is 69 if it isn't")
    .option("--ready", "ask whether it is ready (/readyz)")
    .option("--json", "print the result as JSON")
    .action(async ({ ready = false, json = false, ...options }: Options) => {
      const url = `${ownUrl(configOf(options, ["http"]).http.listen)}/${ready ? "readyz" : "healthz"}`;
      const response = await fetch(url, { signal: AbortSignal.timeout(WAIT_MS) }).catch(() => undefined);
      const text = await response?.text().catch(() => undefined);
      if (response?.ok !== true) throw new Failure(reasonOf(text, url), ExitCode.unavailable);
      say(json ? JSON.stringify({ [ready ? "ready" : "alive"]: true, url }) : ready ? "ready" : "alive");
    });
}

/** Returns why the component isn't alive or ready. @param text the body of its response, if there was one */
function reasonOf(text: string | undefined, url: string): string {
  if (text === undefined) return `No component answers at ${url}.`;
  try {
    const { reason } = JSON.parse(text) as { reason?: unknown };
    return typeof reason === "string" ? `The component isn't ready: ${reason}.` : text.trim();
  } catch {
    return text.trim();
  }
}
