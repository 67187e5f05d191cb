/**
 * Databases with very many rooms, made as operators make them: a dump of the original's database is imported through
 * the command line. A million members take most of a minute, so the benchmarks of one run share the file.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DUMP_DOMAIN, DUMP_HOST, writeDump, type DumpSize } from "./startalk-dump.js";

const PROGRAM = fileURLToPath(new URL("../qtalk-component.js", import.meta.url));

export interface Imported {
  readonly path: string;
  readonly size: DumpSize;
  /** How long the import took. */
  readonly seconds: number;
  readonly bytes: number;
}

export class MovedIn {
  readonly #made = new Map<string, Promise<Imported>>();
  #folder: string | undefined;

  /** The database of that size, where people have addresses at this host; made when it is first asked for. */
  database(size: DumpSize, host: string): Promise<Imported> {
    const key = JSON.stringify([size, host]);
    const made = this.#made.get(key) ?? this.#make(size, host);
    this.#made.set(key, made);
    return made;
  }

  /** Puts a copy of it where a component will look for it. */
  static copy({ path }: Imported, to: string): void {
    for (const end of ["", "-wal", "-shm"]) rmSync(to + end, { force: true });
    copyFileSync(path, to);
  }

  close(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#made.clear();
  }

  async #make(size: DumpSize, host: string): Promise<Imported> {
    this.#folder ??= mkdtempSync(join(tmpdir(), "qtalk-moved-in-"));
    const folder = mkdtempSync(join(this.#folder, "import-"));
    const path = join(folder, "qtalk.db");
    writeDump(join(folder, "startalk.sql"), size);
    const config = join(folder, "qtalk-component.yml");
    writeFileSync(
      config,
      `xmpp: {domain: conference.${host}, password: SECRET, hosts: [${host}]}\nstorage: {path: ${path}}\n`,
    );
    const renames = [`${DUMP_HOST}=${host}`, `${DUMP_DOMAIN}=conference.${host}`];
    const args = [...renames.flatMap((rename) => ["--rename", rename]), "--config", config];
    const started = performance.now();
    await run(["import", "startalk", "startalk.sql", ...args], folder);
    const seconds = (performance.now() - started) / 1000;
    rmSync(join(folder, "startalk.sql"));
    return { path, size, seconds, bytes: statSync(path).size };
  }
}

/** @throws Error with what it said, where it failed */
async function run(args: readonly string[], folder: string): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const [code] = (await once(child, "close")) as [number | null];
  process.off("exit", kill);
  if (code !== 0) throw new Error(`the import failed: ${said.trim()}`);
}
