/**
 * Standard output. If its reader closes it early, as `head` does, commands end without an error. Programs that run
 * until they are stopped end as they do on a signal.
 */
import { Writable } from "node:stream";
import { ExitCode } from "./failure.js";

const closed = new AbortController();

/** Aborted at the first write after the reader of standard output has closed it. */
export const outputClosed: AbortSignal = closed.signal;

/** Handles errors of standard output. Must be called once, before anything is printed. */
export function watchOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") closed.abort();
    else if (process.exitCode !== ExitCode.ioErr) {
      process.exitCode = ExitCode.ioErr;
      process.stderr.write(`Writing to standard output failed: ${error.message}\n`);
    }
  });
  // Errors of standard error can't be reported anywhere.
  process.stderr.on("error", () => undefined);
}

/** Prints lines to standard output. */
export function say(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** Prints lines to standard error. Standard output is for results. */
export function printError(...lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
}

/** Combines all texts written in one turn of the event loop into one write. */
export class GatheredOutput extends Writable {
  #text = "";

  constructor(private readonly output: NodeJS.WritableStream) {
    super({ decodeStrings: false });
    process.on("exit", () => this.#flush());
  }

  override _write(text: unknown, _encoding: string, done: () => void): void {
    if (this.#text === "") setImmediate(() => this.#flush());
    this.#text += String(text);
    done();
  }

  #flush(): void {
    if (this.#text !== "") this.output.write(this.#text);
    this.#text = "";
  }
}
