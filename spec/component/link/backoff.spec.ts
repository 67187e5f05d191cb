/** The pauses between reconnects (design: delivery, points 9 and 12). */
import { expect } from "chai";
import { BACKOFF, Backoff } from "../../../component/link/backoff.js";

const MINUTE = 60_000;

describe("The pause before the next attempt", () => {
  const nobody = { cause: "unreachable" } as const;
  const broken = { cause: "closed" } as const;
  const of = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

  it("is at most a second for ten minutes while nothing listens", () => {
    const backoff = new Backoff(BACKOFF);
    for (let tries = 0; tries < 20; tries++) backoff.next(broken, true, 0);
    // The clock began before the outage.
    const began = 7 * MINUTE;
    let now = began;
    let tries = 0;
    for (; now <= began + 10 * MINUTE; tries++) {
      const pause = backoff.next(nobody, false, now);
      expect(pause).to.be.at.most(1_000);
      now += pause;
    }
    expect(tries).to.be.above(600);
    expect(backoff.next(nobody, false, began + 10 * MINUTE + 1)).to.be.within(15_000, 30_000);
  });

  it("grows up to its limit after other errors", () => {
    const backoff = new Backoff(BACKOFF);
    const all = of(30, () => backoff.next(broken, false, 0));
    all.slice(0, 7).forEach((pause, step) => expect(pause).to.be.within(100 * 2 ** step, 200 * 2 ** step));
    for (const pause of all.slice(8)) expect(pause).to.be.within(15_000, 30_000);
  });

  it("has a limit of its own if the server refuses the component", () => {
    const backoff = new Backoff({ ...BACKOFF, refused: 2_000 });
    for (const pause of of(30, () => backoff.next(broken, true, 0)).slice(5))
      expect(pause).to.be.within(1_000, 2_000);
  });

  it("starts again after the server has routed a stanza", () => {
    const backoff = new Backoff(BACKOFF);
    for (let tries = 0; tries < 20; tries++) backoff.next(broken, false, 0);
    backoff.reset();
    expect(backoff.next(broken, false, 0)).to.be.at.most(200);
  });
});
