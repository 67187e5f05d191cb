/** Work that is looked for again and again. */
import { expect } from "chai";
import { Rounds } from "../../component/rounds.js";
import { TestClock } from "../support/test-clock.js";

/** Work that ends when the test says so. */
function held(): { readonly work: Promise<undefined>; readonly end: () => void } {
  let end = (): void => undefined;
  const work = new Promise<undefined>((resolve) => (end = () => resolve(undefined)));
  return { work, end: () => end() };
}

describe("Rounds", () => {
  let clock: TestClock;
  let begun: number;
  let errors: string[];
  /** What each round returns, or throws, in order; afterwards undefined. */
  let outcomes: (number | Error | Promise<undefined>)[];
  let rounds: Rounds;

  beforeEach(() => {
    clock = new TestClock();
    [begun, errors, outcomes] = [0, [], []];
    const round = async (): Promise<number | undefined> => {
      begun += 1;
      const outcome = outcomes.shift();
      if (outcome instanceof Error) throw outcome;
      return await outcome;
    };
    const log = { error: (text: string) => errors.push(text) } as never;
    rounds = new Rounds("looking for letters", round, { clock, log });
  });

  it("begin when they are started, when the last one said, and when they are woken", async () => {
    outcomes = [5_000];
    await clock.pass(60_000);
    expect(begun, "nothing begins before the start").to.equal(0);
    rounds.start();
    await clock.pass(4_999);
    expect(begun).to.equal(1);
    await clock.pass(1);
    expect(begun).to.equal(2);
    await clock.pass(3600_000);
    expect(begun, "nothing is due").to.equal(2);
    rounds.wake();
    rounds.wake();
    await clock.pass(0);
    expect(begun).to.equal(3);
  });

  it("begin as late as the start says", async () => {
    rounds.start(60_000);
    await clock.pass(59_999);
    expect(begun).to.equal(0);
    await clock.pass(1);
    expect(begun).to.equal(1);
  });

  it("forget what the round before had said when they are woken earlier", async () => {
    outcomes = [5_000];
    rounds.start();
    await clock.pass(1_000);
    rounds.wake();
    await clock.pass(60_000);
    expect(begun).to.equal(2);
  });

  it("run one at a time, and once more if they were woken meanwhile", async () => {
    const running = held();
    outcomes = [running.work];
    rounds.start();
    await clock.pass(0);
    rounds.wake();
    rounds.wake();
    await clock.pass(60_000);
    expect(begun).to.equal(1);
    running.end();
    await clock.pass(0);
    expect(begun).to.equal(2);
  });

  it("are repeated after ten seconds if one fails, which the log says", async () => {
    outcomes = [new Error("the disk is full")];
    rounds.start();
    await clock.pass(9_999);
    expect(begun).to.equal(1);
    expect(errors.join()).to.match(/looking for letters failed; it is tried again in 10 s/);
    await clock.pass(1);
    expect(begun).to.equal(2);
  });

  it("don't begin once they are stopped, also by what had been due or woken", async () => {
    const running = held();
    outcomes = [1_000, running.work];
    rounds.start();
    await clock.pass(1_000);
    rounds.wake();
    rounds.stop();
    let hasEnded = false;
    const ended = rounds.ended().then(() => (hasEnded = true));
    await clock.pass(60_000);
    expect([begun, hasEnded, rounds.isStopped]).to.eql([2, false, true]);
    running.end();
    await ended;
    await clock.pass(60_000);
    rounds.wake();
    await clock.pass(60_000);
    expect(begun).to.equal(2);
    rounds.start();
    await clock.pass(0);
    expect(begun).to.equal(3);
  });
});
