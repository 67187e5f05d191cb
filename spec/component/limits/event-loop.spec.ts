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

  describe("among several", () => {
    let now: number;
    /** Work that takes so many milliseconds. */
    const takes = (work: string, ms: number, by?: string): void =>
      metrics.eventLoop.run(work, () => void (now += ms), by);
    beforeEach(() => {
      now = 1_000_000;
      mock.method(performance, "now", () => now);
    });

    it("is the next one when the longest has expired", () => {
      takes("first", 90);
      now += 30_000;
      takes("second", 100);
      takes("short", 10);
      expect(metrics.eventLoop.longest).to.deep.equal({ work: "second", ms: 100 });
      now += 119_989;
      expect(metrics.eventLoop.longest.work).to.equal("second");
      now += 2;
      expect(metrics.eventLoop.longest).to.deep.equal({ work: "none", ms: 0 });
    });

    it("is the later one of two that are as long", () => {
      takes("first", 50);
      takes("second", 50);
      expect(metrics.eventLoop.longest.work).to.equal("second");
    });

    it("is measured although the work fails", () => {
      const failing = (): never => {
        now += 70;
        throw new Error("no");
      };
      expect(() => metrics.eventLoop.run("fails", failing)).to.throw("no");
      expect(metrics.eventLoop.longest).to.deep.equal({ work: "fails", ms: 70 });
    });

    it("is logged from half a second on, with whose work it was if it is known", () => {
      metrics.eventLoop.start(log.logger);
      takes("short", 499, "juliet");
      expect(log.lines).to.have.length(0);
      takes("a job", 500);
      takes("shorter", 499);
      takes("call", 501.4, "hr");
      expect(log.lines.map(({ message }) => message)).to.deep.equal([
        "Everything waited 500 ms for one piece of work: a job.",
        "Everything waited 501 ms for one piece of work: call by hr.",
      ]);
    });

    it("may be a shorter one that came after Node's monitor was read", () => {
      mock.timers.enable({ apis: ["setInterval"] });
      try {
        metrics.eventLoop.start(log.logger);
        takes("longest", 400);
        mock.timers.tick(1_000);
        now += 30_000;
        takes("next", 300);
        now += 90_000;
        expect(metrics.eventLoop.longest).to.deep.equal({ work: "next", ms: 300 });
      } finally {
        metrics.eventLoop.stop();
        mock.timers.reset();
      }
    });

    it("isn't a shorter one that came while Node's monitor wasn't read", () => {
      takes("longest", 100);
      takes("next", 80);
      now += 120_001;
      expect(metrics.eventLoop.longest, "only what matters is kept").to.deep.equal({ work: "none", ms: 0 });
    });
  });
});
