/** What an operator reads in the log of each call. */
import { expect } from "chai";
import { Errcode, Refusal } from "../../component/refusal.js";
import { Interface } from "../support/interface.js";

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
