#!/usr/bin/env node
/** The program. If a command fails, it prints the error on one line and exits with the error's code. */
import { CommanderError, type Command } from "commander";
import { noteReloads } from "./early-reload.js";
import { Ended, ExitCode, Failure, exitCodeName } from "./failure.js";
import { watchOutput } from "./output.js";
import { createProgram } from "./program.js";

// Other users can't read the files that a command writes.
process.umask(0o077);
watchOutput();
if (process.argv[2] === "start") {
  noteReloads();
  // Until the start is finished: process 1 of a container ignores signals without a listener. A running migration is undone.
  for (const name of ["SIGTERM", "SIGINT"]) {
    process.on(name, (signal: string) => {
      process.stdout.write(`${signal}: stopped before the start was finished.\n`);
      process.exit(ExitCode.ok);
    });
  }
}

/** Whether the command was asked for JSON: then its error is JSON, too. */
const isJson = process.argv.slice(2).includes("--json");

try {
  const program = await createProgram(process.argv[2]);
  if (isJson) silenceParser(program);
  await program.parseAsync();
} catch (error) {
  process.exitCode = await explained(error);
}

/** Lets commander print helps, but no errors. */
function silenceParser(command: Command): void {
  command.configureOutput({ outputError: () => undefined }).showHelpAfterError(false);
  for (const each of command.commands) silenceParser(each);
}

/** Prints an error. @returns the exit code for the error */
async function explained(error: unknown): Promise<number> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return ExitCode.ok;
    // The parser of the command line has already printed the error as text.
    if (isJson) print("usage", ExitCode.usage, error.message.replace(/^error: /, ""));
    return ExitCode.usage;
  }
  if (error instanceof Ended) return error.exitCode;
  const { exitCodeOf } = await import("./storage-access.js");
  const exitCode = exitCodeOf(error);
  const { message = String(error), stack = message } = error instanceof Error ? error : {};
  const isInternal = exitCode === ExitCode.software && !(error instanceof Failure);
  const text = isInternal ? `Internal error: ${stack}` : message;
  if (isJson)
    print((error instanceof Failure ? error.code : undefined) ?? exitCodeName(exitCode), exitCode, text);
  else process.stderr.write(`${text}\n`);
  return exitCode;
}

/** Prints an error as JSON, on standard error: standard output has only results. */
function print(code: string, exitCode: ExitCode, message: string): void {
  process.stderr.write(`${JSON.stringify({ error: { code, exitCode, message } }, null, 2)}\n`);
}
