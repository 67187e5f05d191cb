/** Whether the server has restarted: what it tells of its uptime, and how much clocks may be off. */
import { expect } from "chai";
import { replayReason } from "../../../component/outbox/server-restart.js";

const HOUR = 3_600_000;
const NOON = 1_700_000_000_000;
/** A link that was up for an hour until noon. */
const BEFORE = { peer: "127.0.0.1:5347", upAt: NOON - HOUR, heardAt: NOON };

describe("A server that is there again", () => {
  const cases: [string, Partial<Parameters<typeof replayReason>[1]>, string | undefined][] = [
    ["has run since before the last link came up", { uptime: 7_200 }, undefined],
    ["runs since after it was heard last", { uptime: 5 }, "restarted"],
    [
      "runs since a moment after it was heard last, of which it tells a second more",
      { uptime: 11 },
      "restarted",
    ],
    ["was started together with the component, an hour ago", { uptime: 3_600 }, undefined],
    ["doesn't tell", { uptime: undefined }, "unknown"],
    ["is another", { uptime: 7_200, peer: "127.0.0.2:5347" }, "another"],
    ["has restarted, with a clock that is twenty minutes ahead now", { uptime: 5 + 1_200 }, "restarted"],
    ["lived on, with a clock that is twenty minutes behind now", { uptime: 7_200 - 1_200 }, undefined],
  ];
  for (const [what, present, expected] of cases) {
    it(`${what}: ${expected ?? "nothing is lost"}`, () => {
      const now = NOON + 10_000;
      expect(replayReason(BEFORE, { peer: BEFORE.peer, uptime: 0, now, ...present })).to.equal(expected);
    });
  }

  it("counts as restarted in doubt: it had started within two seconds before it was heard last", () => {
    const before = { ...BEFORE, upAt: NOON - 500 };
    expect(replayReason(before, { peer: BEFORE.peer, uptime: 3, now: NOON + 2_000 })).to.equal("restarted");
    expect(replayReason(before, { peer: BEFORE.peer, uptime: 4, now: NOON + 2_000 })).to.equal(undefined);
  });

  it("isn't taken for another where it isn't known whom this link has reached, or the last one", () => {
    const before = { ...BEFORE, peer: undefined };
    expect(replayReason(before, { peer: "127.0.0.2:5347", uptime: 7_200, now: NOON })).to.equal(undefined);
    expect(replayReason(BEFORE, { peer: undefined, uptime: 7_200, now: NOON })).to.equal(undefined);
  });
});
