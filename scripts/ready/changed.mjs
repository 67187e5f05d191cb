/** Checks the files that differ from the last commit, in seconds: `npm run lint:changed`. CI runs `npm run lint`. */
import { execFileSync, spawnSync } from "node:child_process";

const git = (...options) => execFileSync("git", options, { encoding: "utf8" }).split("\n").filter(Boolean);
const files = [
  ...git("diff", "--name-only", "--diff-filter=d", "HEAD"),
  ...git("ls-files", "--others", "--exclude-standard"),
];
const code = files.filter((file) => /\.(?:ts|js|mjs)$/.test(file) && !file.endsWith(".d.ts"));

check("npx", ["prettier", "--check", "--ignore-unknown", "--log-level", "warn"], files);
check("npm", ["run", "--silent", "eslint", "--"], code);

function check(command, options, paths) {
  if (paths.length > 0 && spawnSync(command, [...options, ...paths], { stdio: "inherit" }).status !== 0)
    process.exitCode = 1;
}
