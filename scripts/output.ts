/**
 * Where the program prints: whoever reads it may have enough at any moment, as `head` has. Then a command does quietly
 * what is left to do, and one that runs until it is ended takes that as its end.
 */
import { Writable } from "node:stream";
import { ExitCode } from "./failure.js";

const closed = new AbortController();

/** Aborted once nobody reads standard output any more, as far as something was written since. */
export const outputClosed: AbortSignal = closed.signal;

/** To be called once, before anything is printed. */
export function watchOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") closed.abort();
    else if (process.exitCode !== ExitCode.ioErr) {
      process.exitCode = ExitCode.ioErr;
      process.stderr.write(`Nothing can be written to standard output: ${error.message}\n`);
    }
  });
  // There is nowhere left to tell of it.
  process.stderr.on("error", () => undefined);
}

/** Prints lines for people and programs. */
export function say(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** Writes in one go what is given to it in one turn of the event loop, at the latest when the process ends. */
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
