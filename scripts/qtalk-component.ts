#!/usr/bin/env node
/** The program's door: runs the command line, and tells in one sentence what went wrong. */
import { CommanderError } from "commander";
import { ExitCode, Failure } from "./failure.js";
import { watchOutput } from "./output.js";
import { createProgram } from "./program.js";

// Whatever a command writes is its user's alone.
process.umask(0o077);
watchOutput();

try {
  const program = await createProgram(process.argv[2]);
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Tells what went wrong, and turns it into an exit code. */
function exitCodeOf(error: unknown): number {
  // The parser has told its user already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof Failure) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  process.stderr.write(
    `A fault of the program: ${error instanceof Error ? (error.stack ?? "") : String(error)}\n`,
  );
  return ExitCode.software;
}
