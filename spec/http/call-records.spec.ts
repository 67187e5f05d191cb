/** What is remembered of calls. */
import { expect } from "chai";
import { Errcode, Refusal } from "../../component/refusal.js";
import { CallRecords, HOOK, kindOf } from "../../http/call-records.js";

const call = (request: number, caller?: string, endpoint = "send_message") => ({
  id: `r${request}`,
  endpoint,
  address: "127.0.0.1",
  method: "POST",
  started: 0,
  ...(caller !== undefined && { caller }),
});
const REFUSAL = new Refusal(Errcode.notFound, "x".repeat(1000));

describe("Records of calls", () => {
  it("know the last hundred that were refused, the newest first, each in few words", () => {
    const records = new CallRecords();
    for (let i = 0; i < 350; i += 1) {
      records.note(call(i, "hr"), REFUSAL);
      records.note(call(i, "hr"), { delivery: "confirmed" });
      const { refused } = records;
      expect(refused).to.have.length(Math.min(i + 1, 100));
      expect(refused[0]?.request).to.equal(`r${i}`);
    }
    expect(records.refused.at(-1)?.request).to.equal("r250");
    expect(records.refused[0]).to.include({ caller: "hr", errcode: Errcode.notFound });
    expect(records.refused[0]?.reason).to.have.length(300);
  });

  it("count what each caller and each hook did, be they of one name", () => {
    const records = new CallRecords();
    records.note(call(1, "ci"), {});
    records.note(call(2, "ci"), REFUSAL);
    records.note(call(3, "ci", HOOK), "aborted");
    records.note(call(4), REFUSAL);
    expect(records.useOf("caller", "ci")).to.include({ calls: 2, refused: 1 });
    expect(records.useOf("hook", "ci")).to.include({ calls: 1, refused: 0 });
    expect(records.useOf("hook", "other")).to.eql({ calls: 0, refused: 0, lastAt: undefined });
  });

  it("remember a bounded number of names", () => {
    const records = new CallRecords();
    for (let i = 0; i < 10_001; i += 1) records.note(call(i, `c${i}`), {});
    expect(records.useOf("caller", "c9999").calls).to.equal(1);
    expect(records.useOf("caller", "c10000").calls).to.equal(0);
  });

  it("call every errcode by its name", () => {
    for (const [name, errcode] of Object.entries(Errcode)) expect(kindOf(errcode)).to.equal(name);
  });
});
