/** The samples that the console's plots show; the live state's tests have the rest. */
import { expect } from "chai";
import { Metrics } from "../../../component/metrics.js";
import { Errcode, Refusal } from "../../../component/refusal.js";
import { CallLog } from "../../../http/call-log.js";
import { Samples } from "../../../http/console/samples.js";
import { LogLines } from "../../support/log-lines.js";

describe("Samples of the metrics", () => {
  it("have the rates of their own five seconds, by endpoint and by kind of refusal", async () => {
    const metrics = new Metrics();
    const calls = new CallLog(metrics, new LogLines().logger);
    const ended = (endpoint: string, errcode?: Errcode): void =>
      calls.end(
        { id: "r", endpoint, address: "", method: "POST", started: 0 },
        errcode === undefined ? {} : new Refusal(errcode, "no"),
      );
    const samples = new Samples(metrics);
    ended("send_message");
    await samples.take();
    expect(samples.all, "there is nothing to compare with").to.eql([]);
    for (const errcode of [undefined, undefined, Errcode.notFound]) ended("auth_uk", errcode);
    ended("hook", Errcode.unavailable);
    for (const seconds of [0.002, 0.004]) metrics.ack.observe(seconds);
    metrics.bounces.inc({ condition: "gone" }, 2);
    await samples.take();
    await samples.take();
    const [sample, quiet] = samples.all;
    expect(Object.keys(sample?.refused ?? {})).to.have.members(["notFound", "unavailable"]);
    const { auth_uk = 0, hook = 0 } = sample?.calls ?? {};
    expect(auth_uk / hook).to.be.closeTo(3, 0.1);
    expect([sample?.roundTrip, samples.totals.bounced]).to.eql([3, 2]);
    expect([quiet?.calls, quiet?.refused, quiet?.bounced, quiet?.roundTrip]).to.eql([{}, {}, 0, null]);
    expect(samples.roundTrip, "the last known").to.equal(3);
  });

  it("are those of the last hour", async () => {
    const samples = new Samples(new Metrics());
    for (let i = 0; i < 722; i += 1) await samples.take();
    const [, second] = samples.all;
    await samples.take();
    expect(samples.all).to.have.length(720);
    expect(samples.all[0]).to.equal(second);
  });
});
