/** What became of a message, as the answers to its post tell it. */
import { expect } from "chai";
import { HookFault } from "../../../component/hooks/fault.js";
import { answerOf, outcomeOf } from "../../../component/hooks/outcome.js";
import type { DecidedOutcome } from "../../../storage/hook-messages.js";

const outbox = { isWaiting: (call: number) => call === 1 };
const of = (call?: number, outcome?: DecidedOutcome, condition?: string): unknown => {
  const answer = answerOf("m1", outcomeOf({ call, outcome, condition, reason: undefined }, outbox));
  return answer instanceof HookFault ? [answer.kind, answer.messageId] : answer;
};

describe("A post's outcome", () => {
  it("is queued until the server acknowledges it, or its room of another service answers", () => {
    expect([of(1), of(2), of()]).to.deep.equal(["queued", "confirmed", "queued"]);
  });

  it("is what was decided, whatever the server acknowledged", () => {
    expect([of(2, "stored"), of(undefined, "confirmed")]).to.deep.equal(["stored", "confirmed"]);
    expect(of(2, "bounced", "gone")).to.deep.equal(["gone", "m1"]);
    expect(of(2, "dead letter")).to.deep.equal(["payload", "m1"]);
  });

  for (const [condition, kind] of [
    ["forbidden", "forbidden"],
    ["item-not-found", "missing"],
    ["remote-server-timeout", "undelivered"],
    ["__proto__", "undelivered"],
    ["constructor", "undelivered"],
  ])
    it(`is a refusal again if the room refused it with ${condition}`, () => {
      expect(of(undefined, "refused", condition)).to.deep.equal([kind, "m1"]);
    });
});
