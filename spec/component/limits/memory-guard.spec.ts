import { expect } from "chai";
import { MemoryGuard } from "../../../component/limits/memory-guard.js";
import { LogLines } from "../../support/log-lines.js";
import { Interface } from "../../support/interface.js";

const MB = 1e6;

/** A guard that looks anew each time, at what the test says. */
function guarded(limit: number) {
  const log = new LogLines();
  const use = { rss: 100 * MB, heapUsed: 50 * MB, external: 0 };
  const looksAt = (rss: number, heapUsed: number): boolean => {
    Object.assign(use, { rss: rss * MB, heapUsed: heapUsed * MB });
    return new MemoryGuard(
      () => limit * MB,
      log.logger,
      () => use,
    ).isShort;
  };
  return { log, use, looksAt };
}

describe("Memory", () => {
  it("is short above three quarters of the limit, unless most of it is free", () => {
    const { looksAt } = guarded(1000);
    expect(looksAt(700, 600)).to.equal(false);
    expect(looksAt(800, 600)).to.equal(true);
    expect(looksAt(800, 200)).to.equal(false);
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
    for (let i = 0; i < 10; i++) expect(guard.isShort).to.equal(true);
    limit = 2000 * MB;
    while (guard.isShort) await new Promise(setImmediate);
    expect(log.about("Memory is")).to.have.length(2);
  });

  it("makes calls answer 503 with Retry-After while it is short, but not health checks", async () => {
    const http = await Interface.open({
      memory: { isShort: true },
      runs: { send_thirdmessage: () => Promise.reject(new Error("was called")) },
    });
    const { status, headers, text } = await http.post("send_thirdmessage", {
      from: "a",
      to: "b",
      message: "<message/>",
    });
    expect(text).to.contain("memory is short; nothing was accepted");
    expect([
      status,
      headers.get("retry-after"),
      (JSON.parse(text) as { errcode: number }).errcode,
    ]).to.deep.equal([503, "5", 5]);
    expect((await http.request("/healthz")).status).to.equal(200);
    await http.close();
  });
});
