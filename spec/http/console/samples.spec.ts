/** What the console's plots are made of. */
import { expect } from "chai";
import { Metrics } from "../../../component/metrics.js";
import { MOST_SAMPLES, Samples } from "../../../http/console/samples.js";
import { CallMetrics } from "../../../http/metrics.js";

describe("Samples of how it goes", () => {
  let metrics: Metrics;
  let calls: CallMetrics;
  let samples: Samples;
  beforeEach(() => {
    metrics = new Metrics();
    calls = new CallMetrics(metrics);
    samples = new Samples(metrics);
  });

  it("tell calls and refusals of their time alone, by endpoint and by why", async () => {
    calls.count("send_message", 0, 0.1);
    expect(await samples.take(), "there is nothing to compare with").to.equal(undefined);
    calls.count("auth_uk", 0, 0.1);
    calls.count("auth_uk", 0, 0.1);
    calls.count("auth_uk", 4, 0.1);
    calls.count("hook", 5, 0.1);
    const sample = await samples.take();
    expect(Object.keys(sample?.calls ?? {})).to.have.members(["auth_uk", "hook"]);
    expect(Object.keys(sample?.refused ?? {})).to.have.members(["notFound", "unavailable"]);
    const { auth_uk = 0, hook = 0 } = sample?.calls ?? {};
    expect(auth_uk / hook).to.be.closeTo(3, 0.1);
    expect((sample?.refused.notFound ?? 0) / hook).to.be.closeTo(1, 0.1);
    const quiet = await samples.take();
    expect([quiet?.calls, quiet?.refused]).to.eql([{}, {}]);
  });

  it("tell the mean round trip of their time, and remember the last where there was none", async () => {
    await samples.take();
    for (const seconds of [0.002, 0.004]) metrics.ack.observe(seconds);
    expect((await samples.take())?.roundTrip).to.equal(3);
    expect((await samples.take())?.roundTrip).to.equal(null);
    expect(samples.roundTrip).to.equal(3);
  });

  it("tell the queue as it is, and what went through it since the start", async () => {
    metrics.gaugeOf("qtalk_outbox_stanzas", "waiting", () => 7);
    metrics.gaugeOf("qtalk_outbox_oldest_seconds", "age", () => 1.23456);
    metrics.accepted.inc(2);
    await samples.take();
    metrics.bounces.inc({ condition: "gone" }, 2);
    metrics.bounces.inc({ condition: "conflict" }, 3);
    const sample = await samples.take();
    expect(sample).to.include({ waiting: 7, oldest: 1.235, accepted: 0, up: false });
    expect(sample?.bounced).to.be.above(0);
    expect(samples.totals).to.eql({ accepted: 2, acknowledged: 0, bounced: 5 });
  });

  it("are those of the last hour", async () => {
    await samples.take();
    const first = await samples.take();
    for (let i = 0; i < MOST_SAMPLES; i += 1) await samples.take();
    expect(samples.all).to.have.length(720);
    expect(samples.all[0]).not.to.equal(first);
  });
});
