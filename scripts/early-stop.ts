/**
 * Ends the process on SIGTERM or SIGINT while it starts: process 1 of a container ignores signals without a listener. A
 * migration that is running is undone.
 */
import { ExitCode } from "./failure.js";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

function end(signal: NodeJS.Signals): void {
  process.stdout.write(`${signal}: stopped before the start was finished.\n`);
  process.exit(ExitCode.ok);
}

export function endOnSignals(): void {
  for (const signal of SIGNALS) process.on(signal, end);
}

/** Leaves the signals to other listeners, which must be there already, as Node would lose a signal without a listener. */
export function leaveSignals(): void {
  for (const signal of SIGNALS) process.off(signal, end);
}
