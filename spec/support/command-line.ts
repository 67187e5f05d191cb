/** Runs the program's commands as an operator does on the command line. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import type { CommandRequest, Outcome } from "./command-process.js";
import { Folder } from "./folder.js";
import { READABLE_PROGRAM } from "./readable-program.js";

export type { Outcome } from "./command-process.js";

export const PROGRAM = READABLE_PROGRAM;
const RUNNER = fileURLToPath(new URL("./command-process.js", import.meta.url));

let runner: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Runs a command when all earlier commands have ended. @param cwd the folder in which the command runs */
export function runCommand(args: readonly string[], cwd = process.cwd()): Promise<Outcome> {
  const outcome = last.then(async () => {
    runner ??= started();
    runner.send({ program: PROGRAM, args, cwd } satisfies CommandRequest);
    const [result] = (await once(runner, "message")) as [Outcome];
    return result;
  });
  last = outcome.catch(() => undefined);
  return outcome;
}

/**
 * Starts the process that runs all commands. This process ends without waiting for it, and it ends with this process.
 */
function started(): ChildProcess {
  const child = fork(RUNNER);
  child.once("exit", () => (runner = undefined));
  child.unref();
  child.channel?.unref();
  return child;
}

/** Runs a command with a component's configuration. */
export function command(
  { configFile }: { readonly configFile: string },
  ...args: readonly string[]
): Promise<Outcome> {
  return runCommand([...args, "--config", configFile]);
}

/** Runs a command with a component's configuration, which must succeed. @returns what the command printed */
export function operate(...args: Parameters<typeof command>): Promise<string> {
  return printed(command(...args));
}

/** What a command printed, which must have succeeded. */
export async function printed(outcome: Promise<Outcome>): Promise<string> {
  const { code, stdout, stderr } = await outcome;
  if (code !== 0) throw new Error(`the command ended with ${code}: ${stderr}`);
  return stdout;
}

/** What a command said on standard error, which must have ended with this exit code. */
export async function refusal(expected: number, outcome: Promise<Outcome>): Promise<string> {
  const { code, stdout, stderr } = await outcome;
  if (code !== expected) throw new Error(`the command ended with ${code}: ${stdout}${stderr}`);
  return stderr;
}

/** Runs the program in a folder with a configuration and a database of its own. */
export class CommandLine {
  readonly folder = new Folder();
  readonly database = this.folder.at("qtalk.db");

  constructor(config: Record<string, object> = {}) {
    const sections = {
      xmpp: { domain: "conference.x.test", password: "SECRET", hosts: ["x.test"] },
      http: { listen: "127.0.0.1:0" },
      storage: { path: this.database },
      ...config,
    };
    this.folder.file("qtalk-component.yml", stringify(sections));
  }

  run(...args: readonly string[]): Promise<Outcome> {
    return runCommand([...args, "--config", this.folder.at("qtalk-component.yml")], this.folder.path);
  }

  remove(): void {
    this.folder.remove();
  }
}
