/** Runs Litestream, a program that continuously copies a SQLite database while the database is in use. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { Daemon } from "../../scripts/lab/daemon.js";
import { findExecutable } from "../../scripts/lab/installed.mjs";

export interface LitestreamConfig {
  readonly dbs: readonly [
    {
      readonly "monitor-interval": string;
      readonly replicas: readonly [{ readonly "sync-interval": string }];
    },
  ];
}

/**
 * Returns Litestream's path. The npm package contains the program for Linux on x64; for other systems it must be
 * installed.
 */
function program(): string {
  try {
    return createRequire(import.meta.url).resolve("@flydotio/litestream-linux-x64/litestream");
  } catch {
    const path = findExecutable("litestream");
    if (path === undefined) throw new Error("This test needs litestream 0.3.13 in the PATH.");
    return path;
  }
}

export class Litestream {
  readonly #config: string;
  readonly #output: string;

  /**
   * @param folder the folder for the configuration, the copy and the log
   * @param config the configuration as operators write it, whose paths of the database and the copy are replaced
   */
  constructor(
    folder: string,
    private readonly database: string,
    { dbs: [db] }: LitestreamConfig,
  ) {
    this.#config = `${folder}/litestream.yml`;
    this.#output = `${folder}/litestream.log`;
    const replicas = [{ ...db.replicas[0], url: `file://${folder}/copy` }];
    writeFileSync(this.#config, stringify({ dbs: [{ ...db, path: database, replicas }] }));
  }

  /** Starts copying all further changes of the database. */
  replicate(): Daemon {
    const args = ["replicate", "-config", this.#config];
    return new Daemon({ command: program(), args, env: process.env }, undefined, this.#output);
  }

  /** How many pieces of the write-ahead log Litestream has copied. */
  get pieces(): number {
    return readFileSync(this.#output, "utf8").split("wal segment written").length - 1;
  }

  /** Restores the copy to a new database. @param file the path of the new database */
  async restore(file: string): Promise<void> {
    await this.#run("restore", "-o", file);
  }

  /** Returns how often Litestream copied the whole database. It does so again if it misses a change. */
  async generations(): Promise<number> {
    return (await this.#run("generations")).trim().split("\n").length - 1;
  }

  async #run(command: string, ...options: readonly string[]): Promise<string> {
    const args = [command, "-config", this.#config, ...options, this.database];
    return (await promisify(execFile)(program(), args)).stdout;
  }
}
