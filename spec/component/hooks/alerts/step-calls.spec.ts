/** Steps call people in a chat: what programs are told, what a receipt changes, and what ends them. */
import { expect } from "chai";
import { alertOf } from "../../../../component/hooks/alerts/records.js";
import { AlertWorld, MINUTE } from "./alert-world.js";

const LEAD = "lead@qtalk.test.org";

describe("A step that calls a person", () => {
  let world: AlertWorld;
  beforeEach(async () => {
    world = await AlertWorld.open({ room: "here" });
    await world.posts("DiskFull", "firing");
    await world.passes(5 * MINUTE);
  });
  afterEach(() => world.ends());

  const alert = () => world.find("DiskFull")!;
  const calls = (): string[] => world.said.filter(({ to }) => to === LEAD).map(({ text }) => text);
  const history = (): string[] => world.historyOf("DiskFull");

  it("says what is the matter, and tells programs whom it called", () => {
    expect(calls()).to.have.length(1);
    expect(calls()[0]).to.match(/^firing DiskFull\nAlert in coven@.*: Nobody has taken this alert for 5 min/);
    const escalated = world.events.filter(({ type }) => type === "alert.escalated");
    expect(escalated.map(({ data }) => data)).to.containSubset([{ hook: "h", state: "open", called: LEAD }]);
    expect(escalated).to.have.length(1);
  });

  it("is followed by the next one when no client has confirmed it within a minute, and the history says so", async () => {
    await world.passes(MINUTE - 1);
    expect(calls()).to.have.length(1);
    await world.passes(1);
    expect(calls()).to.have.length(2);
    expect(history()).to.include("step 1: no client confirmed its message within a minute");
    expect(history().filter((line) => line.startsWith("step"))).to.have.length(3);
  });

  it("is followed by the next one in its time if a client has confirmed it; that isn't taking", async () => {
    await world.receives(alert());
    await world.passes(2 * MINUTE);
    expect(alert().state).to.equal("open");
    expect(calls()).to.have.length(1);
    await world.passes(3 * MINUTE);
    expect(calls()).to.have.length(2);
    expect(history().join()).to.not.contain("no client confirmed");
  });

  it("is over, with those that would follow, when that person takes the alert in the chat; all are told", async () => {
    await world.reactsInChat(alert(), ["👀"]);
    expect(world.said.at(-2)?.text).to.match(/^👀 lead \d\d:\d\d · firing DiskFull/);
    expect(calls().at(-1)).to.match(/^👀 lead/);
    const { length } = calls();
    await world.passes(60 * MINUTE);
    expect(calls()).to.have.length(length);
    expect(alertOf(alert()).run).to.equal(undefined);
  });

  it("is told once that the alert is over, also if its source answers later", async () => {
    await world.ends();
    world = await AlertWorld.open({ room: "here", hasSource: true });
    await world.posts("DiskFull", "firing");
    await world.passes(5 * MINUTE);
    world.source.state = "late";
    await world.reacts("romeo", alert(), ["🔕"]);
    await world.posts("DiskFull", "resolved");
    await world.passes(MINUTE);
    expect(world.source.silences.size).to.equal(0);
    expect(calls().slice(1)).to.have.length(1);
    expect(calls().at(-1)).to.match(/^✅ /);
  });

  it("is made within a minute after the machine slept over its time, or its clock was set past it", async () => {
    for (const passes of ["suspend", "set"] as const) {
      const { length } = calls();
      await world.posts(passes, "firing");
      await world.passes(MINUTE);
      world.clock[passes](60 * MINUTE);
      await world.passes(MINUTE);
      expect(calls().slice(length).join("\n")).to.contain(`firing ${passes}`);
      await world.posts(passes, "resolved");
    }
  });

  it("is made once though the component is killed before, while and after it is due", async () => {
    await world.posts("HostDown", "firing");
    for (const minutes of [4.9, 0.1, 0, 0]) {
      await world.passes(minutes * MINUTE);
      await world.restarts(true);
    }
    const made = world.historyOf("HostDown").filter((line) => line === `step 1: called ${LEAD}`);
    expect(made).to.have.length(1);
  });
});
