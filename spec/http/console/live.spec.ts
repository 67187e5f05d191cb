/** The live state that the console's page asks for. */
import { expect } from "chai";
import { Metrics } from "../../../component/metrics.js";
import { refuse } from "../../../component/refusal.js";
import { Samples } from "../../../http/console/samples.js";
import type { Point as Sample } from "../../../http/console/page/types.js";
import { CallLog } from "../../../http/call-log.js";
import { LogLines } from "../../support/log-lines.js";
import { ConsoleStage, type StageOptions } from "./stage.js";

describe("The console's live state", () => {
  let stage: ConsoleStage;
  afterEach(() => stage.close());
  const open = async (options: StageOptions = {}): Promise<void> => {
    stage = await ConsoleStage.open({ step: 20, ...options });
  };

  it("has the last hour and how it is now, and then what happened since", async () => {
    await open();
    const { json } = await stage.asks("live");
    expect(json.isWhole).to.equal(true);
    expect(json.state).to.deep.include({
      ready: true,
      link: { kind: "away", reason: "the server went away" },
      server: { host: "qtalk.test.org", name: "Prosody", version: "13.0.1" },
      queue: { waiting: 0, parked: 0, oldest: 0, deadLetters: 0 },
      hooks: { all: 0, waiting: 0, deadLetters: 0 },
      rooms: { all: 0, loaded: 0 },
      totals: { accepted: 0, acknowledged: 0, bounced: 0 },
      roundTrip: null,
      memoryShort: false,
    });
    expect(json.state).not.to.have.property("opening");
    expect((json.state as { block: object }).block).to.have.keys("ms", "work");
    const { metrics } = stage.http;
    metrics.accepted.inc(3);
    metrics.stanzasOut.inc(2);
    metrics.bounces.inc({ condition: "gone" });
    await stage.http.request("/qtalk/none");
    const points: Sample[] = [];
    while (points.every(({ calls }) => !("unknown" in calls))) {
      const last = points.at(-1)?.at ?? 0;
      const { json: more } = await stage.asks(`live?after=${last}`);
      expect(more.isWhole).to.equal(last === 0);
      points.push(...(more.points as Sample[]));
    }
    expect(points.map(({ at }) => at)).to.eql([...new Set(points.map(({ at }) => at))]);
    expect(points.find(({ calls }) => "unknown" in calls)?.refused).to.have.property("request");
    const totals = { accepted: 3, acknowledged: 2, bounced: 1 };
    expect((await stage.asks("live")).json.state).to.deep.include({ totals });
  });

  it("has the command that opens calls while no callers are configured", async () => {
    await open({ config: { callers: [] } });
    const { json } = await stage.asks("live");
    expect(json.state).to.include({
      opening: "qtalk-component caller add NAME --addresses 127.0.0.1 --senders '*'",
    });
  });

  it("has the rates of each five seconds, for an hour, and the last known round trip", async () => {
    const metrics = new Metrics();
    const samples = new Samples(metrics);
    const calls = new CallLog(metrics, new LogLines().logger);
    await samples.take();
    for (const [endpoint, outcome] of [
      ["auth_uk", {}],
      ["auth_uk", refuse.notFound("no")],
      ["auth_uk", {}],
      ["hook", refuse.unavailable("no")],
    ] as const)
      calls.end({ id: "r", endpoint, address: "", method: "POST", started: 0 }, outcome);
    for (const seconds of [0.002, 0.004]) metrics.ack.observe(seconds);
    await samples.take();
    const [{ calls: rates, refused, roundTrip }] = samples.all as [Sample];
    expect([Object.keys(refused).sort(), roundTrip]).to.eql([["notFound", "unavailable"], 3]);
    expect(Number(rates.auth_uk) / Number(rates.hook)).to.be.closeTo(3, 0.1);
    for (let i = 0; i < 720; i += 1) await samples.take();
    const [second] = samples.all as [Sample];
    const kept = [second.calls, second.roundTrip, samples.all.length, samples.roundTrip];
    expect(kept).to.eql([{}, null, 720, 3]);
  });

  it("isn't for who isn't logged in, or was removed", async () => {
    await open({ isLoggedIn: false });
    expect((await stage.asks("live")).status).to.equal(401);
    const ann = await stage.logIn(stage.addOperator("ann"));
    expect((await stage.asks("live", ann)).status).to.equal(200);
    stage.operators.remove("ann");
    expect((await stage.asks("live", ann)).status).to.equal(401);
  });
});
