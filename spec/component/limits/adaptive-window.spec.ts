/** The window of what may be unacknowledged. */
import { expect } from "chai";
import { AdaptiveWindow } from "../../../component/limits/adaptive-window.js";

const BOUNDS = { least: 10, slow: 100, first: 1000, most: 2000 };

describe("A window of what may be unacknowledged", () => {
  let window: AdaptiveWindow;
  beforeEach(() => (window = new AdaptiveWindow(BOUNDS)));

  /** @param ms how long after its write, at `at`, an ack comes */
  const acked = (ms: number, given: { acked?: number; unacked?: number; at?: number } = {}): number => {
    const { at = 1, unacked = 1000 } = given;
    window.adapt({ acked: given.acked ?? unacked, unacked, writtenAt: at, now: at + ms });
    return window.limit;
  };

  it("grows by what is acknowledged within 100 ms", () => {
    expect(window.limit).to.equal(1000);
    expect(acked(100, { acked: 300 })).to.equal(1300);
    expect(acked(0, { acked: 300 })).to.equal(1600);
    expect(acked(50, { acked: 700 })).to.equal(BOUNDS.most);
  });

  it("grows only if half of it is used", () => {
    expect(acked(1, { unacked: 499 })).to.equal(1000);
    expect(acked(1, { unacked: 500 })).to.equal(1500);
  });

  it("shrinks by how late an ack is, to a half at most", () => {
    expect(acked(125)).to.equal(800);
    expect(acked(10_000, { at: 1_000 })).to.equal(400);
  });

  it("shrinks once for all that was written before it shrank", () => {
    expect(acked(200, { at: 100 })).to.equal(500);
    // These were written while the window was large.
    for (const at of [101, 299, 300]) expect(acked(1_000, { at })).to.equal(500);
    expect(acked(200, { at: 301 })).to.equal(250);
  });

  it("stays large enough to keep the server busy while acks are late, and is halved by silence below that", () => {
    for (const at of [1_000, 3_000, 5_000, 7_000, 9_000]) acked(1_000, { at });
    expect(window.limit).to.equal(BOUNDS.slow);
    window.halve(61);
    expect(window.limit).to.equal(31);
    window.halve(3);
    expect(window.limit).to.equal(BOUNDS.least);
    // A late ack doesn't make it larger again, and quick ones do.
    expect(acked(1_000, { at: 20_000 })).to.equal(BOUNDS.least);
    expect(acked(1, { at: 30_000, acked: 5, unacked: 5 })).to.equal(15);
  });
});
