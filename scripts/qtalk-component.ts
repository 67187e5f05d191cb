#!/usr/bin/env node
/** The program. If a command fails, it prints the error on one line and exits with the error's code. */
import { CommanderError } from "commander";
import { Ended, ExitCode, Failure } from "./failure.js";
import { watchOutput } from "./output.js";
import { createProgram } from "./program.js";

// Other users can't read the files that a command writes.
process.umask(0o077);
watchOutput();
if (process.argv[2] === "start") {
  // Until the start is finished: process 1 of a container ignores signals without a listener. A running migration is undone.
  for (const name of ["SIGTERM", "SIGINT"]) {
    process.on(name, (signal: string) => {
      process.stdout.write(`${signal}: stopped before the start was finished.\n`);
      process.exit(ExitCode.ok);
    });
  }
}

try {
  const program = await createProgram(process.argv[2]);
  await program.parseAsync();
} catch (error) {
  process.exitCode = await explained(error);
}

/** Prints an error. @returns the exit code for the error */
async function explained(error: unknown): Promise<number> {
  // The parser of the command line has already printed the error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof Ended) return error.exitCode;
  const { exitCodeOf } = await import("./storage-access.js");
  const exitCode = exitCodeOf(error);
  const { message = String(error), stack = message } = error instanceof Error ? error : {};
  const isInternal = exitCode === ExitCode.software && !(error instanceof Failure);
  process.stderr.write(isInternal ? `Internal error: ${stack}\n` : `${message}\n`);
  return exitCode;
}
