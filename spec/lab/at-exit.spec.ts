/** What a process of tests leaves behind, and says, when it ends with many servers. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { expect } from "chai";
import { isRunning } from "../../scripts/lab/processes.js";
import { Folder } from "../support/folder.js";
import { until } from "../support/sender.js";

const [daemon, exit] = ["daemon", "at-exit"].map(
  (name) => new URL(`../../scripts/lab/${name}.js`, import.meta.url).href,
);
/** Starts thirty programs, which would run for an hour, asks that a folder is deleted, and ends when asked to. */
const PROGRAM = `
  import { rmSync } from "node:fs";
  import { Daemon } from ${JSON.stringify(daemon)};
  import { atExit } from ${JSON.stringify(exit)};
  const [folder] = process.argv.slice(1);
  atExit("files", () => rmSync(folder, { recursive: true }));
  const all = Array.from({ length: 30 }, () => {
    const program = { command: "sleep", args: ["3600"], env: process.env };
    return new Daemon(program, undefined, folder + "/output");
  });
  console.log(all.map(({ pid }) => pid).join(" "));
  setImmediate(() => process.exit());`;

describe("A process with many programs", () => {
  it("ends them, deletes their folders, and prints no warning", async () => {
    const folder = new Folder();
    const inner = folder.at("inner");
    mkdirSync(inner);
    const args = ["--input-type=module", "--eval", PROGRAM, inner];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect({ stderr, status }).to.eql({ stderr: "", status: 0 });
    const pids = stdout.trim().split(" ").map(Number);
    expect(pids).to.have.length(30);
    await until("all ended", () => !pids.some(isRunning));
    expect(existsSync(inner)).to.equal(false);
    folder.remove();
  });
});
