/** What is noted of calls: in the log, and for administrators. */
import { expect } from "chai";
import { Metrics } from "../../component/metrics.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { CallLog, HOOK_CALL } from "../../http/call-log.js";
import { Interface } from "../support/interface.js";
import { LogLines } from "../support/log-lines.js";

const message = (from: string) => ({ from, to: "li", message: "<message><body>private</body></message>" });

describe("The log", () => {
  let http: Interface;
  let outcome: { delivery: "confirmed" | "queued" } | Refusal;
  beforeEach(async () => {
    outcome = { delivery: "confirmed" };
    const runs = {
      send_thirdmessage: () => Promise.resolve(outcome),
      send_message: () => Promise.resolve(outcome),
      auth_uk: () => Promise.resolve({}),
    };
    http = await Interface.open({ runs });
  });
  afterEach(() => http.close());
  const last = (): string => http.log.about("POST ", "info").at(-1) ?? "";

  it("says of each call who did what, to how many, what came of it and how long it took", async () => {
    await http.post("send_thirdmessage", [message("a"), message("a"), message("b@x.test")]);
    expect(last()).to.match(
      /^POST send_thirdmessage by anybody as "a" and 1 more: 3 items confirmed in [\d.]+ ms$/,
    );
    outcome = { delivery: "queued" };
    await http.post("send_thirdmessage", message("a"));
    expect(last()).to.match(/ as "a": 1 item queued in [\d.]+ ms$/);
    await http.request("/qtalk/auth_uk?u=li&k=secret");
    expect(http.log.about("GET ", "info").at(-1)).to.match(/^GET auth_uk by anybody: done in [\d.]+ ms$/);
  });

  it("has the caller and the reason if the response tells less", async () => {
    outcome = new Refusal(Errcode.request, "get info fail", undefined, "li@x.test has no name");
    const { text } = await http.post("send_thirdmessage", message("a"));
    expect(text).to.include("get info fail").and.not.include("no name");
    expect(last()).to.match(/refused \(errcode 1\) in [\d.]+ ms: li@x\.test has no name$/);
  });

  it("says why a call was refused, whatever the reason, in one line", async () => {
    outcome = new Refusal(Errcode.notFound, "there is no room dev@groups.x.test");
    await http.post("send_thirdmessage", message("a"));
    expect(last()).to.match(/: refused \(errcode 4\) in [\d.]+ ms: there is no room dev@groups\.x\.test$/);
    await http.post("send_thirdmessage", { from: "a" });
    expect(last()).to.match(
      /^POST send_thirdmessage by anybody: refused \(errcode 1\) in [\d.]+ ms: to: expected a string/,
    );
    await http.post("nothing", {});
    expect(last()).to.match(/refused \(errcode 1\) in [\d.]+ ms: request not defined$/);
    await http.post("send_thirdmessage", `{"from": "private`);
    expect(last()).to.include("not valid JSON").and.not.include("private");
  });
});

describe("The counts of calls", () => {
  let records: CallLog;
  beforeEach(() => (records = new CallLog(new Metrics(), new LogLines().logger)));
  const call = (request: number, caller?: string, endpoint = "send_message") => ({
    ...{ id: `r${request}`, endpoint, address: "127.0.0.1", method: "POST", started: 0 },
    ...(caller !== undefined && { caller }),
  });
  const REFUSAL = new Refusal(Errcode.notFound, "x".repeat(1000));

  it("have the last hundred that were refused, the newest first, each in few words", () => {
    for (let i = 0; i < 350; i += 1) {
      records.end(call(i, "hr"), REFUSAL);
      records.end(call(i, "hr"), { delivery: "confirmed" });
      const { refused } = records;
      expect(refused).to.have.length(Math.min(i + 1, 100));
      expect(refused[0]?.request).to.equal(`r${i}`);
    }
    expect(records.refused.at(-1)?.request).to.equal("r250");
    expect(records.refused[0]).to.include({ caller: "hr", errcode: Errcode.notFound });
    expect(records.refused[0]?.reason).to.have.length(300);
  });

  it("tell what each caller and each hook did, be they of one name", () => {
    records.end(call(1, "ci"), {});
    records.end(call(2, "ci"), REFUSAL);
    records.end(call(3, "ci", HOOK_CALL), "aborted");
    records.end(call(4), REFUSAL);
    expect(records.useOf("caller", "ci")).to.include({ calls: 2, refused: 1 });
    expect(records.useOf("hook", "ci")).to.include({ calls: 1, refused: 0 });
    expect(records.useOf("hook", "other")).to.eql({ calls: 0, refused: 0, lastAt: undefined });
  });

  it("are of a bounded number of names", () => {
    for (let i = 0; i < 10_001; i += 1) records.end(call(i, `c${i}`), {});
    expect(records.useOf("caller", "c9999").calls).to.equal(1);
    expect(records.useOf("caller", "c10000").calls).to.equal(0);
  });
});
