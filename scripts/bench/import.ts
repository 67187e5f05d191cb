/**
 * Moving in: imports a generated dump through the command line, and prints time and memory.
 *
 *     node dist/scripts/bench/import.js [members] [users] [rooms]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeDump } from "./startalk-dump.js";

const PROGRAM = fileURLToPath(new URL("../qtalk-component.js", import.meta.url));
const [members = 1_000_000, users = 50_000, rooms = 100_000] = process.argv.slice(2).map(Number);

const folder = mkdtempSync(join(tmpdir(), "qtalk-bench-"));
try {
  const dump = join(folder, "startalk.sql");
  writeDump(dump, { users, rooms, members });
  say(`A dump of ${members} members, ${users} users and ${rooms} rooms: ${megabytes(dump)} MB`);
  const xmpp = "{domain: conference.qtalk, password: SECRET, hosts: [qtalk]}";
  writeFileSync(join(folder, "c.yml"), `xmpp: ${xmpp}\nstorage: {path: ${join(folder, "q.db")}}\n`);
  for (const args of [["--dry-run"], [], []]) {
    say(`\n$ qtalk-component import startalk startalk.sql ${args.join(" ")}`);
    await run("import", "startalk", "startalk.sql", "--config", "c.yml", ...args);
  }
  say(`\nThe database: ${megabytes(join(folder, "q.db"))} MB`);
  say(`${cpus().length} × ${cpus()[0]?.model.trim() ?? "?"}, Node ${process.version}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, stdio: "inherit" });
  await once(child, "exit");
}

function megabytes(path: string): number {
  return Math.round(statSync(path).size / 1e6);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
