import { mock } from "node:test";
import { expect } from "chai";
import { MemoryGuard } from "../../../component/limits/memory-guard.js";
import { LogLines } from "../../support/log-lines.js";

const MB = 1e6;

describe("Memory", () => {
  afterEach(() => mock.restoreAll());

  it("is short above three quarters of the limit, unless most of it is free", () => {
    const isShort = (rss: number, heapUsed: number): boolean => {
      const use = { rss: rss * MB, heapUsed: heapUsed * MB, external: 0 };
      return new MemoryGuard(
        () => 1000 * MB,
        new LogLines().logger,
        () => use,
      ).isShort();
    };
    expect([isShort(700, 600), isShort(800, 600), isShort(800, 200)]).to.deep.equal([false, true, false]);
  });

  it("is logged once when it is short, and once afterwards", async () => {
    const log = new LogLines();
    const use = { rss: 900 * MB, heapUsed: 800 * MB, external: 0 };
    let limit = 1000 * MB;
    const guard = new MemoryGuard(
      () => limit,
      log.logger,
      () => use,
    );
    for (let i = 0; i < 10; i++) expect(guard.isShort()).to.equal(true);
    limit = 2000 * MB;
    while (guard.isShort()) await new Promise(setImmediate);
    expect(log.about("Memory is")).to.have.length(2);
  });

  it("is measured at most every tenth of a second, and half of the threshold must be in use", () => {
    let now = 1_000;
    let reads = 0;
    mock.method(performance, "now", () => now);
    const use = { rss: 751 * MB, heapUsed: 300 * MB, external: 75 * MB };
    const guard = new MemoryGuard(
      () => 1000 * MB,
      new LogLines().logger,
      () => {
        reads += 1;
        return use;
      },
    );
    expect([guard.isShort(), reads]).to.deep.equal([false, 1]);
    use.external += 1;
    now += 99;
    expect([guard.isShort(), reads]).to.deep.equal([false, 1]);
    now += 1;
    expect([guard.isShort(), guard.isShort(), reads]).to.deep.equal([true, true, 2]);
    use.rss = 750 * MB;
    now += 100;
    expect([guard.isShort(), reads]).to.deep.equal([false, 3]);
  });
});
