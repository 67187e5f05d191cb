/**
 * Checks the files that differ from the last commit, or from the commit that is named: `npm run lint:changed`. Spelling
 * and wording are checked in all files that people read, as this takes only seconds. CI runs `npm run lint`.
 */
import { execFileSync, spawnSync } from "node:child_process";

const git = (...options) => execFileSync("git", options, { encoding: "utf8" }).split("\n").filter(Boolean);
const [, , commit = "HEAD"] = process.argv;
const files = [
  ...git("diff", "--name-only", "--diff-filter=d", commit),
  ...git("ls-files", "--others", "--exclude-standard"),
];
const code = files.filter((file) => /\.(?:ts|js|mjs)$/.test(file) && !file.endsWith(".d.ts"));

check("npx", ["prettier", "--check", "--ignore-unknown", "--log-level", "warn"], files);
check("npm", ["run", "--silent", "eslint", "--"], code);
check("npx", ["cspell", "lint", "--no-progress", "--no-summary"]);
check(process.execPath, ["scripts/docs/wording.mjs"]);

/** @param {readonly string[]} [paths] what to check; absent: what the command finds itself */
function check(command, options, paths) {
  if (paths?.length === 0) return;
  if (spawnSync(command, [...options, ...(paths ?? [])], { stdio: "inherit" }).status !== 0)
    process.exitCode = 1;
}
