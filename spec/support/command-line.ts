/** The program as somebody at a command line runs it. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { Folder } from "./folder.js";

export const PROGRAM = fileURLToPath(new URL("../../scripts/qtalk-component.js", import.meta.url));

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program in a folder with a configuration and a database of its own. */
export class CommandLine {
  readonly folder = new Folder();
  readonly database = this.folder.at("qtalk.db");

  constructor(config: Record<string, object> = {}) {
    const sections = {
      xmpp: { domain: "conference.x.test", password: "SECRET", hosts: ["x.test"] },
      storage: { path: this.database },
      ...config,
    };
    this.folder.file("qtalk-component.yml", stringify(sections));
  }

  run(...args: readonly string[]): Promise<Outcome> {
    const config = ["--config", this.folder.at("qtalk-component.yml")];
    return new Promise((resolve) => {
      const env = { ...process.env, TZ: "UTC" };
      const options = { cwd: this.folder.path, encoding: "utf8", env } as const;
      execFile(process.execPath, [PROGRAM, ...args, ...config], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr });
      });
    });
  }

  remove(): void {
    this.folder.remove();
  }
}
