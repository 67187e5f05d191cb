import { expect } from "chai";
import { bench, chat } from "../../support/sending-bench.js";

describe("A message to a host that isn't served", () => {
  it("has it found out, with the call's id, whether the server can reach that", async () => {
    const sent: [string[], string][] = [];
    const { operations } = bench({
      request: "r-1",
      unreachable: {
        sent: (receivers, request) => void sent.push([receivers.map(({ domain }) => domain), request ?? ""]),
      },
    });
    await operations.sendThirdMessage([{ from: "test1", to: "a@far.org", message: chat("a") }]);
    const text = { from: "test1", host: undefined, domain: "far.org", body: "x", type: "chat" } as const;
    await operations.sendMessage({ ...text, to: ["a", "b@near.org"], msgType: "1", extendInfo: "" });
    expect(sent).to.deep.equal([
      [["far.org"], "r-1"],
      [["far.org", "near.org"], "r-1"],
    ]);
  });
});
