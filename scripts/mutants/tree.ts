/** A copy of the repository, as committed and compiled, in which files can be broken. */
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { git } from "./repository.js";

/**
 * What became of specs: whether all passed, and which test failed in which spec (undefined: some spec can't be loaded). A
 * process that had to be killed hung.
 */
export type Verdict =
  | { readonly outcome: "passed" }
  | { readonly outcome: "failed"; readonly test: string; readonly spec: string | undefined }
  | { readonly outcome: "hung" };

/** Installed packages, which the copy shares with the repository. */
const SHARED = ["node_modules", "storage/node20/node_modules"];

interface MochaReport {
  readonly failures: readonly { readonly fullTitle: string; readonly file?: string }[];
}

export class Tree implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "qtalk-mutants-"));

  /** The process that runs specs now. */
  #running: number | undefined;

  constructor(root: string) {
    process.once("exit", () => this[Symbol.dispose]());
    for (const name of git("ls-files", "-z").split("\0").filter(Boolean)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      cpSync(join(root, name), join(this.path, name), { verbatimSymlinks: true });
    }
    cpSync(join(root, "dist"), join(this.path, "dist"), { recursive: true });
    for (const folder of SHARED)
      if (existsSync(join(root, folder))) symlinkSync(join(root, folder), join(this.path, folder));
  }

  /** Runs `use` while a file has another content. */
  async with<T>(name: string, content: string, use: () => Promise<T>): Promise<T> {
    const path = join(this.path, name);
    const original = readFileSync(path);
    writeFileSync(path, content);
    try {
      return await use();
    } finally {
      writeFileSync(path, original);
    }
  }

  /**
   * Runs spec files one after another in one process, until a test fails.
   * @param specs paths of compiled spec files @param mostMs the process is killed after this time, in milliseconds
   */
  async run(specs: readonly string[], mostMs: number, env: NodeJS.ProcessEnv = {}): Promise<Verdict> {
    const report = join(this.path, "report.json");
    rmSync(report, { force: true });
    const mocha = ["node_modules/mocha/bin/mocha.js", "--no-parallel", "--bail", "--exit"];
    const reporter = ["--reporter", "json", "--reporter-option", `output=${report}`];
    const child = spawn(process.execPath, [...mocha, ...reporter, ...specs], {
      cwd: this.path,
      env: { ...process.env, ...env },
      stdio: "ignore",
      detached: true,
    });
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    this.#running = child.pid;
    const exited = new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", resolve);
    });
    const timer = setTimeout(() => killGroup(child.pid), mostMs);
    const code = await exited;
    clearTimeout(timer);
    // A broken file may leave servers behind.
    killGroup(child.pid);
    this.#running = undefined;
    if (code === null) return { outcome: "hung" };
    if (code === 0) return { outcome: "passed" };
    const [failed] = existsSync(report)
      ? (JSON.parse(readFileSync(report, "utf8")) as MochaReport).failures
      : [];
    const test = failed?.fullTitle ?? "a spec can't be loaded";
    return { outcome: "failed", test, spec: failed?.file && relative(this.path, failed.file) };
  }

  /** Ends what runs, and removes the copy. */
  [Symbol.dispose](): void {
    killGroup(this.#running);
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Kills a process that was started with `detached`, with all processes in its group. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
