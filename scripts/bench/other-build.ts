/** Another commit of the repository, built in a folder of its own, to compare with. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ExitCode, Failure } from "../failure.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const run = promisify(execFile);

export interface OtherBuild {
  /** The commit, abbreviated. */
  readonly name: string;
  /** The command line's program. */
  readonly program: string;
  remove(): void;
}

/**
 * Builds it with the packages that are installed here.
 * @param commit a commit's name, as git reads it
 * @throws Failure where there is no such commit, or it can't be built
 */
export async function buildOther(commit: string): Promise<OtherBuild> {
  const name = await git("rev-parse", "--short", "--verify", "--end-of-options", `${commit}^{commit}`);
  const folder = mkdtempSync(join(tmpdir(), "qtalk-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    const archive = join(folder, "commit.tar");
    await git("archive", "--output", archive, name);
    await run("tar", ["-xf", archive, "-C", folder]);
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    await run(process.execPath, [compiler, "-p", "tsconfig.json"], { cwd: folder });
  } catch (error) {
    throw new Failure(`${name} can't be built here: ${saidBy(error)}`, ExitCode.unavailable);
  }
  return { name, program: join(folder, "dist", "scripts", "qtalk-component.js"), remove };
}

async function git(...args: readonly string[]): Promise<string> {
  try {
    return (await run("git", args, { cwd: ROOT })).stdout.trim();
  } catch (error) {
    throw new Failure(`git ${args[0] ?? ""} failed: ${saidBy(error)}`, ExitCode.usage);
  }
}

/** What a program printed on its way out. */
function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { stderr = "", stdout = "" } = error as Error & { stderr?: string; stdout?: string };
  return (stderr.trim() || stdout.trim() || error.message).split("\n").slice(0, 3).join("\n");
}
