/** Runs a server program in a process group of its own. The program ends with this process. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { atExit } from "./at-exit.js";
import { findExecutable } from "./installed.mjs";

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

/** How long a program may take to end before it is killed, in milliseconds. */
const GRACE_MS = 30_000;

/** Returns the user that a daemon's package created, if there is one and this process is root. */
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
  /** Resolves when the process has ended, for whatever reason, to its exit code; null if a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  #running = true;

  /**
   * Starts the program.
   * @param user the user to run as; undefined: the current user
   * @param output the path of the file to which the program's output is appended
   */
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
    const ended = atExit("programs", () => this.signal("SIGKILL"));
    this.ended = new Promise((resolve) => {
      const end = (code: number | null = null) => {
        this.#running = false;
        ended();
        resolve(code);
      };
      this.#child.once("exit", end).once("error", () => end());
    });
  }

  get running(): boolean {
    return this.#running;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Lets this process end without waiting for the program; the program is then killed. */
  unref(): void {
    this.#child.unref();
  }

  /** Asks the program to end (SIGTERM), and kills it if it doesn't end within GRACE_MS. */
  async stop(): Promise<void> {
    this.signal("SIGTERM");
    const timer = setTimeout(() => this.signal("SIGKILL"), GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** Kills the program and its children, as a crash would end them. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.ended;
  }

  /** Sends a signal to the program and its children, if it is running. */
  signal(signal: NodeJS.Signals): void {
    const pid = this.#child.pid;
    if (!this.#running || pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The process group has just ended.
    }
  }
}

/** Makes Linux kill a program if this process is killed, because no exit handler runs in this case. */
export function withDeathSignal<T extends Pick<Program, "command" | "args">>(program: T): T {
  const setpriv = findExecutable("setpriv");
  if (setpriv === undefined) return program;
  const args = ["--pdeathsig", "KILL", "--", program.command, ...program.args];
  return { ...program, command: setpriv, args };
}
