import { mock } from "node:test";
import { expect } from "chai";
import { KeyThrottle } from "../../../component/people/key-throttle.js";

const USER = { perSecond: 1, burst: 2 };
const ADDRESS = { perSecond: 1, burst: 4 };
const LIMITS = { longest: 4_000, held: 10 };
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

  let now = 0;
  let throttle: KeyThrottle;
  const guesses = (count: number): Promise<void>[] =>
    Array.from({ length: count }, (_, i) => throttle.failed("juliet", `10.0.0.${i}`));
  beforeEach(() => {
    now = 0;
    mock.method(performance, "now", () => now);
    throttle = new KeyThrottle(USER, ADDRESS, LIMITS);
  });

  it("are delayed more and more, up to a limit, from whatever address", async () => {
    expect(await held(...guesses(8))).to.deep.equal([0, 0, 1, 2, 3, 4, 4, 4]);
    expect(await held(throttle.failed("romeo", "10.0.0.1"))).to.deep.equal([0]);
  });

  it("are delayed if they come from one address, whichever users they are for", async () => {
    const tries = Array.from({ length: 6 }, (_, i) => throttle.failed(`user-${i}`, "10.0.0.1"));
    expect(await held(...tries)).to.deep.equal([0, 0, 0, 0, 1, 2]);
  });

  it("count less later", async () => {
    await held(...guesses(4));
    now += 60_000;
    expect(await held(...guesses(4))).to.deep.equal([0, 0, 1, 2]);
  });

  it("have a limited number of delayed answers", async () => {
    for (let round = 0; round < 2; round += 1) {
      const delays = await held(...guesses(100));
      expect(delays.filter((seconds) => seconds > 0)).to.have.length(10);
    }
  });
});
