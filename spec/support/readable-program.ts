/**
 * Tests run some commands of the program as another user. While the checkout is in a folder that root alone can enter, as
 * root's home is, these users get a copy of hard links: its path is in READABLE_PROGRAM as long as the tests run.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));
const PROGRAM = "dist/scripts/qtalk-component.js";
const NEEDED = ["package.json", "component", "dist", "http", "node_modules", "scripts", "storage"];
/** A user with no rights of their own. */
const OTHER = { uid: 65_534, gid: 65_534 };

/** The program's path, at which every user can read it. */
export const READABLE_PROGRAM = process.env.READABLE_PROGRAM ?? madeReadable();

/** @returns the checkout's own program, or the copy's. Worker processes get the path by their environment. */
function madeReadable(): string {
  const own = join(CHECKOUT, PROGRAM);
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || spawnSync("test", ["-r", own], OTHER).status === 0) return own;
  const copy = mkdtempSync(join(tmpdir(), "qtalk-spec-program-"));
  chmodSync(copy, 0o755);
  process.once("exit", () => rmSync(copy, { recursive: true, force: true }));
  // Hard links are quick, and impossible between file systems.
  const isMade = ["-al", "-a"].some(
    (how) => spawnSync("cp", [how, ...NEEDED, `${copy}/`], { cwd: CHECKOUT }).status === 0,
  );
  if (!isMade) throw new Error(`the program can't be copied from ${CHECKOUT} to ${copy}`);
  process.env.READABLE_PROGRAM = join(copy, PROGRAM);
  return process.env.READABLE_PROGRAM;
}
