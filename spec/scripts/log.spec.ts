import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { expect } from "chai";
import { createLog, reconfigureLog } from "../../scripts/log.js";
import { Folder } from "../support/folder.js";

describe("The log", () => {
  it("has no characters that a terminal obeys, or that change the direction of text", async () => {
    const folder = new Folder();
    const log = createLog({ level: "info", file: folder.at("log"), max_bytes: 10_000, files: 1 });
    log.info("a\u0085b\u009b31mc\u001b[2Jd\u202ee", { error: new Error("f\u0090g") });
    const [file] = log.transports;
    log.end();
    await once(file!, "finish");
    const text = readFileSync(folder.at("log"), "utf8");
    folder.remove();
    expect(text).to.include('"a\\\\u0085b\\\\u009b31mc\\\\u001b[2Jd\\\\u202ee"').and.include("f\\\\u0090g");
    expect(text).to.not.match(/[^\P{Cc}\n]|\u202e/u);
  });

  it("keeps as many old files as it was told", async () => {
    const folder = new Folder();
    const log = createLog({ level: "info", file: folder.at("qtalk.log"), max_bytes: 1_000, files: 3 });
    const [file] = log.transports;
    let most = 0;
    const fill = async (lines: number, isEnough: () => boolean): Promise<void> => {
      for (let i = 0; i < lines && !isEnough(); i++) {
        log.info("x".repeat(400));
        await new Promise(setImmediate);
        most = Math.max(most, readdirSync(folder.path).filter((name) => /^qtalk\d+\.log$/.test(name)).length);
      }
    };
    // Files are moved in the background: how many lines fill them isn't known.
    await fill(5_000, () => most === 3);
    await fill(60, () => false);
    expect(most).to.equal(3);
    log.end();
    await once(file!, "finish");
    folder.remove();
  });

  it("has each line once, however often it is opened anew while full files are moved", async () => {
    const folder = new Folder();
    const config = { level: "info", file: folder.at("qtalk.log"), max_bytes: 100_000, files: 500 } as const;
    const log = createLog(config);
    let count = 0;
    for (let round = 0; round < 100; round++) {
      for (let lines = round % 7; lines >= 0; lines--) log.info(`<${count++}>${"x".repeat(20_000)}`);
      for (let turns = round % 3; turns > 0; turns--) await new Promise(setImmediate);
      reconfigureLog(log, config);
    }
    const [file] = log.transports;
    log.end();
    await once(file!, "finish");
    const files = readdirSync(folder.path).map((name) => readFileSync(folder.at(name), "utf8"));
    const found = files.flatMap((text) => [...text.matchAll(/<(\d+)>/g)].map(([, line]) => Number(line)));
    folder.remove();
    expect(files.length).to.be.greaterThan(50);
    expect(found.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: count }, (_, line) => line));
  });

  it("has files that are full by their bytes, whatever the language", async () => {
    const folder = new Folder();
    const log = createLog({ level: "info", file: folder.at("qtalk.log"), max_bytes: 3_000, files: 50 });
    for (let lines = 40; lines > 0; lines--) log.info("磁盘".repeat(100));
    const [file] = log.transports;
    log.end();
    await once(file!, "finish");
    const sizes = readdirSync(folder.path).map((name) => statSync(folder.at(name)).size);
    folder.remove();
    // A file is full after the line that reaches its size.
    expect(Math.max(...sizes)).to.be.within(3_000, 3_800);
  });

  it("goes on after its folder was missing, and says that lines are lost", async () => {
    const folder = new Folder();
    const log = createLog({ level: "info", file: folder.at("qtalk.log"), max_bytes: 1_000, files: 1 });
    rmSync(folder.path, { recursive: true });
    const said: string[] = [];
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (text) => said.push(String(text)) > 0;
    try {
      log.info("lost");
      while (said.length === 0) await new Promise(setImmediate);
    } finally {
      process.stderr.write = write;
    }
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/^Writing the log file failed: .*ENOENT/);
    mkdirSync(folder.path);
    log.info("found");
    const [file] = log.transports;
    log.end();
    await once(file!, "finish");
    expect(readFileSync(folder.at("qtalk.log"), "utf8"))
      .to.contain("found")
      .and.not.contain("lost");
    folder.remove();
  });
});
