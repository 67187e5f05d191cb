import { expect } from "chai";
import { KeyThrottle, type KeyThrottleLimits } from "../../../component/people/key-throttle.js";

const LIMITS: Partial<KeyThrottleLimits> = {
  freePerUser: 2,
  freePerAddress: 4,
  firstDelay: 100,
  longestDelay: 400,
};

async function timed(work: Promise<void>): Promise<number> {
  const started = performance.now();
  await work;
  return performance.now() - started;
}

describe("Wrong keys", () => {
  it("are answered at once at first, then ever later, up to a limit", async () => {
    const throttle = new KeyThrottle(LIMITS);
    const times: number[] = [];
    for (let i = 0; i < 6; i += 1) times.push(await timed(throttle.failed("juliet", `10.0.0.${i}`)));
    const [a, b, c, d, e, f] = times as [number, number, number, number, number, number];
    expect(Math.max(a, b)).to.be.below(90);
    expect(c).to.be.within(90, 190);
    expect(d).to.be.within(170, 390);
    expect(Math.min(e, f)).to.be.at.least(360);
    expect(Math.max(e, f)).to.be.below(800);
  });

  it("are slowed when tried all at once, too", async () => {
    const throttle = new KeyThrottle(LIMITS);
    const all = Array.from({ length: 20 }, () => timed(throttle.failed("juliet", "10.0.0.1")));
    const times = await Promise.all(all);
    expect(times.filter((ms) => ms < 200)).to.have.length.below(5);
  });

  it("are slowed for an address that tries them on many users", async () => {
    const throttle = new KeyThrottle(LIMITS);
    const times: number[] = [];
    for (let i = 0; i < 6; i += 1) times.push(await timed(throttle.failed(`user-${i}`, "10.0.0.1")));
    expect(Math.max(...times.slice(0, 4))).to.be.below(90);
    expect(times[5]).to.be.above(150);
  });

  it("don't count after the right one", async () => {
    const throttle = new KeyThrottle(LIMITS);
    for (let i = 0; i < 3; i += 1) await throttle.failed("juliet", `10.0.0.${i}`);
    throttle.succeeded("juliet");
    expect(await timed(throttle.failed("juliet", "10.0.0.9"))).to.be.below(90);
  });

  it("take no more memory than was set apart for them", async () => {
    const throttle = new KeyThrottle({ ...LIMITS, remembered: 50, held: 10 });
    await Promise.all(Array.from({ length: 500 }, (_, i) => throttle.failed(`user-${i}`, `10.0.${i}.1`)));
    expect(throttle.remembered).to.equal(50);
    const times = await Promise.all(
      Array.from({ length: 100 }, () => timed(throttle.failed("juliet", "10.0.0.1"))),
    );
    expect(times.filter((ms) => ms > 90)).to.have.length(10);
  });
});
