/** Removes compiled files whose sources no longer exist; otherwise mocha would still run their tests. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DIST = join(ROOT, "dist");

for (const name of existsSync(DIST) ? readdirSync(DIST, { recursive: true }) : []) {
  if (
    !name.endsWith(".js") ||
    [".ts", ".js"].some((end) => existsSync(join(ROOT, name.replace(/\.js$/, end))))
  )
    continue;
  for (const end of ["", ".map"]) rmSync(join(DIST, name + end), { force: true });
}
