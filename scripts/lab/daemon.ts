/**
 * A server program as a child process: in a process group of its own, under the user its package made for it,
 * and never left behind.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { findExecutable } from "./find.js";

/** An account of the system that a daemon runs as. */
export interface DaemonUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const GRACE_MS = 5_000;

/** The user a daemon's package made, where we are root and can become it; else undefined: run as oneself. */
export function daemonUser(name: string): DaemonUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: "pipe" }));
  try {
    return { name, uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}

export class Daemon {
  /** Settles when the process has ended, however it did. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #killAtExit = () => this.#signal("SIGKILL");
  #running = true;

  /** @param output the file that takes what the program prints */
  constructor(program: Program, user: DaemonUser | undefined, output: string) {
    const { command, args } = withDeathSignal(program);
    const log = openSync(output, "a");
    const identity = user === undefined ? {} : { uid: user.uid, gid: user.gid };
    this.#child = spawn(command, args, {
      env: program.env,
      cwd: "/",
      stdio: ["ignore", log, log],
      detached: true,
      ...identity,
    });
    closeSync(log);
    // Before whoever deletes its files at the same moment.
    process.prependOnceListener("exit", this.#killAtExit);
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#running = false;
        process.off("exit", this.#killAtExit);
        resolve();
      };
      this.#child.once("exit", end).once("error", end);
    });
  }

  get running(): boolean {
    return this.#running;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Lets this process end without waiting for the program, which then ends, too. */
  unref(): void {
    this.#child.unref();
  }

  /** Asks the program to end, and makes it end where it doesn't. */
  async stop(): Promise<void> {
    this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends the program and its children at once, as a crash or the system's killer would. */
  async kill(): Promise<void> {
    this.#signal("SIGKILL");
    await this.ended;
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child.pid;
    if (!this.#running || pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It ended on its own just now.
    }
  }
}

/** On Linux the system itself ends the daemon should we be killed, when no handler of ours runs. */
function withDeathSignal(program: Program): Program {
  const setpriv = findExecutable("setpriv");
  if (setpriv === undefined) return program;
  return {
    ...program,
    command: setpriv,
    args: ["--pdeathsig", "KILL", "--", program.command, ...program.args],
  };
}
