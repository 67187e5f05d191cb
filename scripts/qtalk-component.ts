#!/usr/bin/env node
/** The program: runs the command line; prints an error in one line and exits with its code. */
import { CommanderError } from "commander";
import { ExitCode, Failure } from "./failure.js";
import { watchOutput } from "./output.js";
import { createProgram } from "./program.js";

// Files that a command writes are readable by its user only.
process.umask(0o077);
watchOutput();

try {
  const program = await createProgram(process.argv[2]);
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Prints an error and returns the exit code for it. */
function exitCodeOf(error: unknown): number {
  // The parser has printed it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof Failure) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  process.stderr.write(`Internal error: ${error instanceof Error ? (error.stack ?? "") : String(error)}\n`);
  return ExitCode.software;
}
