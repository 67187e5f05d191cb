import { expect } from "chai";
import { inBackground } from "../../component/background.js";
import { StorageFault } from "../../storage/database.js";
import { LogLines } from "../support/log-lines.js";

describe("Work that nobody awaits", () => {
  it("is logged if it fails, and the process goes on", async () => {
    const log = new LogLines();
    inBackground(Promise.reject(new Error("broken")), "tidying", log.logger);
    await new Promise(setImmediate);
    expect(log.about("tidying failed", "error")).to.have.length(1);
  });

  it("ends the process if the disk may lack committed work", async () => {
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    const ending = new Promise<unknown>((resolve) => process.once("unhandledRejection", resolve));
    try {
      inBackground(Promise.reject(new StorageFault("no sync")), "tidying", new LogLines().logger);
      expect(await ending).to.be.instanceOf(StorageFault);
    } finally {
      for (const listener of others) process.on("unhandledRejection", listener);
    }
  });
});
