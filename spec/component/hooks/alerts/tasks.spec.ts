/** What is to be said about alerts, if it can't be said: now, never, or where the alert was said. */
import { expect } from "chai";
import { alertOf } from "../../../../component/hooks/alerts/records.js";
import { HookFault, type FaultKind } from "../../../../component/hooks/fault.js";
import { SAID_NOWHERE } from "../../../../storage/alerts-store.js";
import { AlertWorld, ELSEWHERE, MINUTE, OTHER } from "./alert-world.js";

describe("What is to be said about an alert", () => {
  let world: AlertWorld;
  beforeEach(async () => {
    world = await AlertWorld.open();
    await world.posts("DiskFull", "firing");
  });
  afterEach(() => world.ends());

  const alert = () => world.find("DiskFull")!;
  const tasks = () => world.store.tasksOf(alert().id);
  const changes = () => world.store.changesOf(alert().id).map(({ what }) => what);
  const takes = async (): Promise<void> => {
    await world.reacts("juliet", alert(), ["👀"]);
    await world.idle();
  };

  for (const kind of ["unavailable", "unanswered", "fast"] satisfies FaultKind[])
    it(`is tried again after "${kind}", which may pass, and said once`, async () => {
      world.room.fault = new HookFault(kind, "not now");
      await takes();
      expect(tasks()).to.have.length(1);
      await world.passes(MINUTE);
      expect(tasks()[0]?.tries).to.be.greaterThan(1);
      expect(await world.unsaid()).to.deep.equal({ warnings: [], metric: undefined });
      world.room.fault = undefined;
      await world.passes(24 * 60 * MINUTE);
      expect(world.said.filter(({ text }) => text.includes("👀 juliet"))).to.have.length(1);
      expect(tasks()).to.deep.equal([]);
    });

  for (const kind of ["forbidden", "gone", "missing", "large", "payload"] satisfies FaultKind[])
    it(`is given up after "${kind}", visibly: in the log, the metrics and the alert's history`, async () => {
      world.room.fault = new HookFault(kind, "the bot is banned");
      await takes();
      expect(tasks()).to.deep.equal([]);
      expect(changes().at(-1)).to.equal("could not be said: the bot is banned");
      expect(await world.unsaid()).to.deep.equal({
        warnings: [`The alert ${alert().id} of the hook h: taken: the bot is banned`],
        metric: 'qtalk_hook_unsaid_total{what="alert"} 1',
      });
      expect(alert().state).to.equal("taken");
    });

  for (const kind of ["forbidden", "gone", "missing"] satisfies FaultKind[])
    it(`doesn't keep an alert open that its program says is over, if the room refuses that: "${kind}"`, async () => {
      world.room.fault = new HookFault(kind, "the room was destroyed");
      await world.posts("DiskFull", "resolved");
      expect(world.store.list(0, 9, true)).to.deep.equal([]);
      world.room.fault = undefined;
      await world.passes(60 * MINUTE);
      expect(world.said.map(({ to }) => to)).to.deep.equal([world.room.address]);
    });

  it("leaves an alert as it is if its program is told to post the end again", async () => {
    world.room.fault = new HookFault("unavailable", "not now");
    await world.posts("DiskFull", "resolved");
    expect(alert().state).to.equal("open");
  });

  it("is given up after twenty tries, if what may pass doesn't", async () => {
    world.room.fault = new HookFault("unavailable", "the room is away");
    await takes();
    await world.passes(2 * 24 * 60 * MINUTE);
    expect(tasks()).to.deep.equal([]);
    expect(changes()).to.include("could not be said: the room is away");
  });

  it("is tried again if it is a step, and the next step comes if it can't be made", async () => {
    world.room.fault = new HookFault("unanswered", "not now");
    await world.passes(6 * MINUTE);
    expect(tasks()[0]?.task).to.include('"step":0');
    expect(changes()).to.not.include("step 1: nobody could be called: not now");
    world.room.fault = new HookFault("forbidden", "the bot is banned");
    await world.passes(60 * MINUTE);
    expect(changes()).to.include("step 1: nobody could be called: the bot is banned");
    world.room.fault = undefined;
    await world.passes(MINUTE);
    expect(tasks()).to.deep.equal([]);
  });

  it("is followed by the next step at once if nobody could be called", async () => {
    world.room.fault = new HookFault("forbidden", "the bot is banned");
    await world.passes(5 * MINUTE + 10_000);
    expect(changes().filter((what) => what.startsWith("step"))).to.include.members(
      [1, 2, 3].map((step) => `step ${step}: nobody could be called: the bot is banned`),
    );
  });
});

describe("An alert whose taker is erased", () => {
  let world: AlertWorld;
  afterEach(() => world.ends());

  for (const room of ["here", "elsewhere"] as const)
    it(`says in a room ${room} that it is open again, and goes on to call people`, async () => {
      world = await AlertWorld.open({ room });
      await world.posts("DiskFull", "firing");
      const alert = world.find("DiskFull")!;
      await world.reacts("juliet", alert, ["👀"]);
      await world.passes(MINUTE);
      const [taker] = alertOf(world.find("DiskFull")!).takers;
      const { length } = world.said;
      await world.alerts.apply(alert.id, { kind: "person erased", id: taker?.id ?? "" }, () => undefined);
      await world.passes(6 * MINUTE);
      const said = world.said.slice(length).map(({ text }) => text);
      // Nothing follows the alert's message yet, so its first line is corrected before the answer.
      expect(said.slice(0, 2)).to.deep.equal([
        "firing DiskFull",
        "↩ Whoever had taken or silenced it has no account any more: still open · DiskFull",
      ]);
      expect(said.slice(2).join("\n")).to.match(/^firing DiskFull[^]*Nobody has taken this alert for/m);
      expect(said.join("\n")).not.to.contain("juliet");
      expect(world.historyOf("DiskFull")).to.include("dropped, as the person was erased");
    });

  it("isn't opened for programs by that, if it is over", async () => {
    world = await AlertWorld.open();
    await world.posts("DiskFull", "firing");
    await world.reacts("juliet", world.find("DiskFull")!, ["👀"]);
    await world.passes(MINUTE);
    await world.posts("DiskFull", "resolved");
    const [taker] = alertOf(world.find("DiskFull")!).takers;
    const { id } = world.find("DiskFull")!;
    await world.alerts.apply(id, { kind: "person erased", id: taker?.id ?? "" }, () => undefined);
    await world.idle();
    expect(alertOf(world.find("DiskFull")!).takers.map(({ name }) => name)).to.deep.equal(["erased"]);
    const types = world.events.map(({ type }) => type);
    expect(types).to.deep.equal(["alert.opened", "alert.taken", "alert.resolved"]);
  });

  it("is said anew where its hook posts now, if it was said to the person who is erased", async () => {
    world = await AlertWorld.open();
    await world.posts("DiskFull", "firing");
    const { id } = world.find("DiskFull")!;
    world.store.set(id, { message: SAID_NOWHERE });
    const { length } = world.said;
    await world.alerts.apply(id, { kind: "take", by: { id: "op", name: "op" } }, () => undefined);
    await world.idle();
    expect(world.said.slice(length).map(({ text }) => text.replace(/[\d:]{5}/, "…"))).to.deep.equal([
      "👀 op … · firing DiskFull",
    ]);
    await world.reacts("romeo", world.find("DiskFull")!, ["👀"]);
    await world.idle();
    expect(world.said.at(-1)?.text).to.match(/^👀 op, romeo/);
    world.store.set(id, { message: SAID_NOWHERE });
    await world.posts("DiskFull", "firing");
    expect(world.find("DiskFull")?.message).not.to.equal(SAID_NOWHERE);
  });

  it("says that somebody else still has it, if one of two drops it", async () => {
    world = await AlertWorld.open();
    await world.posts("DiskFull", "firing");
    const alert = world.find("DiskFull")!;
    for (const nick of ["juliet", "romeo"]) await world.reacts(nick, alert, ["👀"]);
    await world.passes(MINUTE);
    await world.answers("juliet", alert, "!help");
    await world.posts("Another", "firing");
    await world.answers("juliet", alert, "!drop");
    await world.passes(0);
    expect(world.said.map(({ text }) => text)).to.include("↩ juliet dropped it · 👀 romeo · DiskFull");
  });
});

describe("An alert in a room of another service that the bot has left", () => {
  let world: AlertWorld;
  beforeEach(async () => {
    world = await AlertWorld.open();
    await world.posts("DiskFull", "firing");
    await world.posts("DiskFull", "firing");
  });
  afterEach(() => world.ends());

  const last = () => world.said.at(-1);

  it("is said anew, with its state, where the hook posts now, and can be taken there", async () => {
    const before = world.find("DiskFull")!;
    await world.reacts("juliet", before, ["👀"]);
    world.moves();
    await world.idle();
    const after = world.find("DiskFull")!;
    expect([before.receiver, after.receiver, after.state]).to.deep.equal([ELSEWHERE, OTHER, "taken"]);
    expect(last()?.to).to.equal(OTHER);
    expect(last()?.text).to.match(/^👀 juliet .*firing DiskFull$/);
    await world.answers("juliet", after, "!drop");
    await world.idle();
    expect(world.find("DiskFull")?.state).to.equal("open");
    expect(last()?.to).to.equal(OTHER);
  });

  it("has its steps there, and the end of a silence", async () => {
    await world.answers("juliet", world.find("DiskFull")!, "!silence 10m");
    await world.idle();
    world.moves();
    await world.passes(11 * MINUTE);
    expect(last()?.to).to.equal(OTHER);
    expect(last()?.text).to.include("firing DiskFull\n🔔 The silence is over: still open");
    const { length } = world.said;
    await world.passes(60 * MINUTE);
    const steps = world.said.slice(length);
    expect(steps.map(({ to }) => to))
      .to.include(OTHER)
      .and.not.include(ELSEWHERE);
  });

  it("gives up an answer that was asked for in the old room, visibly, and makes no chat of it", async () => {
    world.moves();
    await world.posts("DiskFull", "firing");
    const { id, receiver } = world.find("DiskFull")!;
    expect(receiver).to.equal(OTHER);
    world.alerts.records.addTask(
      id,
      { do: "tell", text: "Only members …", place: ELSEWHERE },
      world.clock.now(),
    );
    world.alerts.wake();
    await world.idle();
    expect(world.store.tasksOf(id)).to.deep.equal([]);
    expect(world.store.changesOf(id).at(-1)?.what).to.equal(
      `could not be said: bot@c.test has left the room ${ELSEWHERE}`,
    );
    expect((await world.unsaid()).metric).to.equal('qtalk_hook_unsaid_total{what="alert"} 1');
  });
});
