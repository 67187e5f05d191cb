import { mock } from "node:test";
import { expect } from "chai";
import { KeyThrottle, type KeyThrottleLimits } from "../../../component/people/key-throttle.js";

const LIMITS: Partial<KeyThrottleLimits> = {
  freePerUser: 2,
  freePerAddress: 4,
  firstDelay: 1_000,
  longestDelay: 4_000,
};
/** Milliseconds between two looks. A score falls while the test runs, and delays with it. */
const STEP = 100;

describe("Wrong keys", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });

  /** For how many seconds each answer is held back; all were tried at once. */
  async function held(...answers: readonly Promise<void>[]): Promise<number[]> {
    const seconds = new Map<number, number>();
    let now = 0;
    for (const [at, answer] of answers.entries())
      void answer.then(() => seconds.set(at, Math.round(now / 1_000)));
    for (; seconds.size < answers.length; now += STEP) {
      await new Promise(setImmediate);
      mock.timers.tick(STEP);
    }
    return answers.map((_, at) => seconds.get(at) ?? -1);
  }

  it("are delayed more and more, up to a limit", async () => {
    const throttle = new KeyThrottle(LIMITS);
    const delays: number[] = [];
    for (let i = 0; i < 6; i += 1) delays.push(...(await held(throttle.failed("juliet", `10.0.0.${i}`))));
    expect(delays).to.deep.equal([0, 0, 1, 2, 4, 4]);
  });

  it("are delayed if they come at once, too", async () => {
    const throttle = new KeyThrottle(LIMITS);
    const delays = await held(...Array.from({ length: 20 }, () => throttle.failed("juliet", "10.0.0.1")));
    expect(delays.filter((seconds) => seconds === 0)).to.have.length(2);
  });

  it("count less later", async () => {
    let now = performance.now();
    mock.method(performance, "now", () => now);
    const throttle = new KeyThrottle(LIMITS);
    const tries = (): Promise<void>[] =>
      Array.from({ length: 4 }, () => throttle.failed("juliet", "10.0.0.1"));
    expect(await held(...tries())).to.deep.equal([0, 0, 1, 2]);
    now += 6_000_000;
    expect(await held(...tries())).to.deep.equal([0, 0, 1, 2]);
  });

  it("have a limited number of scores and delayed answers", async () => {
    const throttle = new KeyThrottle({ ...LIMITS, scores: 50, held: 10 });
    await held(...Array.from({ length: 500 }, (_, i) => throttle.failed(`user-${i}`, `10.0.${i}.1`)));
    expect(throttle.size).to.equal(50);
    const delays = await held(...Array.from({ length: 100 }, () => throttle.failed("juliet", "10.0.0.1")));
    expect(delays.filter((seconds) => seconds > 0)).to.have.length(10);
    const again = await held(...Array.from({ length: 100 }, () => throttle.failed("juliet", "10.0.0.1")));
    expect(
      again.filter((seconds) => seconds > 0),
      "once those are over",
    ).to.have.length(10);
  });
});
