/**
 * Runs commands of the program one after another in a single process, whose modules stay loaded. A process for each
 * command would need a second to load them. Started by command-line.ts.
 */
export interface CommandRequest {
  /** The path of the program's main module. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** A command's exit code and output. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let count = 0;
let last: Promise<void> = Promise.resolve();
// Each command adds listeners, of which Node would warn.
process.stdout.setMaxListeners(0);
process.stderr.setMaxListeners(0);
process.on("message", (request: CommandRequest) => {
  last = last.then(async () => void process.send?.(await run(request)));
});
process.on("disconnect", () => process.exit());

async function run({ program, args, cwd }: CommandRequest): Promise<Outcome> {
  const printed = { stdout: "", stderr: "" };
  for (const output of ["stdout", "stderr"] as const)
    process[output].write = (text: string | Uint8Array, ...rest: unknown[]) => {
      printed[output] += typeof text === "string" ? text : Buffer.from(text).toString("utf8");
      const done = rest.at(-1);
      if (typeof done === "function") process.nextTick(done);
      return true;
    };
  process.chdir(cwd);
  process.argv = [process.execPath, program, ...args];
  process.exitCode = 0;
  count += 1;
  // Node runs the main module again for each new URL; the import resolves when the command has ended.
  await import(`${program}?run=${count}`);
  return { code: process.exitCode, ...printed };
}
