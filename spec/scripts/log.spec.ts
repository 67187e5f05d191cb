import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { createLog } from "../../scripts/log.js";
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
    log.unpipe(file);
    folder.remove();
  });
});
