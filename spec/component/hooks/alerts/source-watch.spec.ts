/** What becomes of an alert that is silenced at its source, if the source resolves it, fails, or doesn't answer. */
import { expect } from "chai";
import { AlertWorld, ELSEWHERE, MINUTE } from "./alert-world.js";

describe("An alert that its source silences", () => {
  let world: AlertWorld;
  beforeEach(async () => {
    world = await AlertWorld.open({ hasSource: true });
    world.source.firing = ["DiskFull"];
    await world.posts("DiskFull", "firing");
  });
  afterEach(() => world.ends());

  const silenced = async (): Promise<void> => {
    await world.reacts("juliet", world.find("DiskFull")!, ["🔕"]);
    await world.passes(6_000);
  };
  const said = (): string => world.said.map(({ to, text }) => `${to}: ${text}`).join("\n");

  it("is resolved, and that is said, once the source no longer has it, asked twice", async () => {
    await silenced();
    expect(world.silenceOf(world.find("DiskFull")!)?.source).to.match(/^s/);
    await world.passes(5 * MINUTE);
    expect(world.find("DiskFull")?.state).to.equal("open");
    world.source.firing = ["Other"];
    await world.passes(MINUTE);
    expect(world.find("DiskFull")?.state).to.equal("open");
    await world.passes(MINUTE);
    expect(world.find("DiskFull")?.state).to.equal("resolved");
    expect(said()).to.contain(`${ELSEWHERE}: ✅ DiskFull · resolved, its source no longer has it`);
  });

  it("stays as it is while the source fails, or doesn't answer", async () => {
    await silenced();
    world.source.firing = [];
    for (const source of ["fails", "is silent"] as const) {
      world.source.state = source;
      await world.passes(10 * MINUTE);
    }
    expect(world.find("DiskFull")?.state).to.equal("open");
    world.source.state = "answers";
    await world.passes(3 * MINUTE);
    expect(world.find("DiskFull")?.state).to.equal("resolved");
  });

  it("is looked for every minute, until the component stops", async () => {
    await silenced();
    await world.passes(5 * MINUTE);
    const { asked } = world.source;
    expect(asked).to.be.within(4, 6);
    await world.alerts.stop(0);
    await world.passes(5 * MINUTE);
    expect(world.source.asked).to.equal(asked);
  });

  it("stays silenced there if the hook forgets its source, and that is said when somebody ends the silence", async () => {
    await silenced();
    world.changesHook("silence_at = NULL");
    await world.reacts("juliet", world.find("DiskFull")!, []);
    await world.passes(6_000);
    expect(world.source.silences.size).to.equal(1);
    expect(said()).to.match(
      /The silence at the source could not be ended, and it lasts until \d.*: the hook no longer says where alerts are silenced/,
    );
  });

  it("is muted here, with the reason, if the source doesn't answer in time", async () => {
    world.source.state = "is silent";
    await silenced();
    expect(world.silenceOf(world.find("DiskFull")!))
      .to.be.an("object")
      .that.does.not.have.property("source");
    expect(said()).to.contain("no response within 10 s").and.contain("It is muted here instead, until ");
    await world.passes(30 * MINUTE);
    expect(said()).to.not.contain("Nobody has taken");
  });
});
