import { expect } from "chai";
import type { OperationContext } from "../../../component/operations/context.js";
import { bench, refused } from "../../support/sending-bench.js";

describe("several texts of one call", () => {
  const text = {
    from: "test1",
    host: undefined,
    to: ["a"],
    domain: undefined,
    body: "x",
    type: "chat",
    msgType: "1",
    extendInfo: "",
  } as const;

  it("are sent all or none", async () => {
    const { operations, calls } = bench({ carbons: false });
    const bad = { ...text, to: ["b", "@"] };
    expect(refused(await operations.sendMessages([text, bad]))[1]).to.match(/^item 1: To\[1\]: User: "@"/);
    expect(refused(await operations.sendMessages([]))[1]).to.equal("the array holds no message");
    expect(refused(await operations.sendMessages([text, text, text, text]))[1]).to.match(/more than the 3/);
    const wide = { ...text, to: ["a", "b", "c"] };
    expect(refused(await operations.sendMessages([wide, wide]))[1]).to.equal(
      "6 receivers, more than the 4 allowed",
    );
    expect(calls).to.deep.equal([]);
    await operations.sendMessages([text, { ...text, to: ["b", "c"] }]);
    expect(calls).to.have.length(1);
    expect(calls[0]).to.have.length(2);
  });

  it("go to everybody whom the company's list has, headlines without copies", async () => {
    const everyone = ["a@qtalk.test.org", "b@qtalk.test.org"];
    const directory = { namesOf: () => [], everyone: () => Promise.resolve(everyone) } as unknown;
    const { operations, calls } = bench({ directory: directory as OperationContext["directory"] });
    await operations.sendMessages([{ ...text, to: "everyone", type: "headline" }]);
    expect(calls[0]).to.have.length(1);
    expect(calls[0]?.[0]?.recipients).to.deep.equal(everyone);
    expect(calls[0]?.[0]?.stanza).to.match(/^<message type="headline" /);
    await operations.sendMessages([{ ...text, to: "everyone" }]);
    expect(calls[1]?.map(({ recipients }) => recipients?.length ?? 0)).to.deep.equal([2, 0]);
  });
});
