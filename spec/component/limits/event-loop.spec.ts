import { mock } from "node:test";
import { expect } from "chai";
import { Metrics } from "../../../component/metrics.js";
import { LogLines } from "../../support/log-lines.js";

/** Milliseconds. */
const LONG = 600;

describe("the longest blocking of the event loop", () => {
  let metrics: Metrics;
  const log = new LogLines();
  beforeEach(() => {
    metrics = new Metrics();
    log.lines.length = 0;
  });
  afterEach(() => {
    metrics.eventLoop.stop();
    mock.restoreAll();
  });
  const blocks = (ms: number): void => {
    for (const end = performance.now() + ms; performance.now() < end;);
  };

  it("is in the metrics with its work, and logged if it is long", async () => {
    const { eventLoop } = metrics;
    eventLoop.start(log.logger);
    expect(eventLoop.run("call send_message", () => (blocks(LONG), "its result"), "ops")).to.equal(
      "its result",
    );
    eventLoop.run("iq get room vCard vcard-temp", () => blocks(1));
    expect(eventLoop.longest.work).to.equal("call send_message");
    const [, seconds] =
      /^qtalk_event_loop_block_seconds\{work="call send_message"\} ([\d.]+)$/m.exec(
        await metrics.registry.metrics(),
      ) ?? [];
    expect(Number(seconds)).to.be.at.least(LONG / 1000);
    expect(log.lines.map(({ message }) => message)[0]).to.match(
      /^Everything waited \d{3,} ms for one piece of work: call send_message by ops\.$/,
    );
  });

  it("is measured by Node's monitor otherwise", async () => {
    metrics.eventLoop.start(log.logger);
    // The monitor begins with the next turn.
    await new Promise((resolve) => setTimeout(resolve, 50));
    blocks(LONG);
    // On a busy machine, the monitor may report a shorter block before.
    while (metrics.eventLoop.longest.ms < LONG / 2) await new Promise((turn) => setTimeout(turn, 50));
    expect(metrics.eventLoop.longest.work).to.equal("other work");
  });

  it("expires after two minutes", () => {
    const real = performance.now.bind(performance);
    let later = 0;
    mock.method(performance, "now", () => real() + later);
    metrics.eventLoop.run("a job", () => blocks(5));
    later = 61_000;
    expect(metrics.eventLoop.longest.work).to.equal("a job");
    later = 122_000;
    expect(metrics.eventLoop.longest).to.deep.equal({ work: "none", ms: 0 });
  });
});
