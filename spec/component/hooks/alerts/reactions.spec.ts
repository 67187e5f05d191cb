/** Clients name an alert's message, or its latest correction, when a person reacts: both are the same message. */
import { expect } from "chai";
import type { StoredAlert } from "../../../../storage/alerts-store.js";
import { AlertWorld, MINUTE } from "./alert-world.js";

for (const room of ["here", "elsewhere"] as const)
  describe(`A reaction to a correction in a room ${room}`, () => {
    let world: AlertWorld;
    beforeEach(async () => {
      world = await AlertWorld.open({ room });
      await world.posts("DiskFull", "firing");
    });
    afterEach(() => world.ends());

    const alert = (): StoredAlert => world.find("DiskFull")!;
    const reacts = async (...signs: readonly string[]): Promise<string> => {
      await world.reacts("juliet", alert(), signs, true);
      await world.idle();
      return world.said.at(-1)?.text ?? "";
    };

    it("is one to the message: what was done by an earlier one is undone", async () => {
      expect(await reacts("👀")).to.match(/^👀 juliet/);
      expect(await reacts("👀", "🔕")).to.match(/^👀 juliet .*🔕 until/);
      expect(await reacts("👀")).to.match(/^👀 juliet [\d:]+ · firing/);
      expect(world.silenceOf(alert())).to.equal(undefined);
      expect(await reacts()).to.match(/^firing DiskFull/);
      expect(alert().state).to.equal("open");
    });
  });

for (const room of ["here", "elsewhere"] as const)
  describe(`The first line of an alert's message in a room ${room}`, () => {
    let world: AlertWorld;
    beforeEach(async () => {
      world = await AlertWorld.open({ room });
      await world.posts("DiskFull", "firing");
      await world.passes(1000);
    });
    afterEach(() => world.ends());

    /** Returns the first lines of what is said meanwhile, without times. */
    const during = async (work: () => Promise<void>): Promise<string[]> => {
      const { length } = world.said;
      await work();
      await world.passes(1000);
      const first = (text: string): string => text.split("\n", 1)[0] ?? "";
      return world.said
        .slice(length)
        .flatMap(({ text }) => (text === "" ? [] : first(text).replace(/\d\d:\d\d/g, "…")));
    };
    const alert = (): StoredAlert => world.find("DiskFull")!;
    const reacts = (...signs: readonly string[]): Promise<void> => world.reacts("juliet", alert(), signs);
    /** Afterwards, not all clients correct the alert's message in its place. */
    const isFollowed = (): Promise<void> => world.posts("Another", "firing");

    it("no longer says who has taken it, once that was taken back, where other messages follow", async () => {
      expect(await during(() => reacts("👀"))).to.deep.equal(["👀 juliet … · firing DiskFull"]);
      await isFollowed();
      expect(await during(() => reacts())).to.deep.equal([
        "↩ juliet dropped it, it is open again · DiskFull",
        "firing DiskFull",
      ]);
      await during(() => reacts("👀"));
      expect(await during(() => reacts()), "it didn't say it again").to.deep.equal([
        "↩ juliet dropped it, it is open again · DiskFull",
      ]);
    });

    it("no longer says that it is silenced, once that has ended by itself or by a person", async () => {
      const silenced = "👀 juliet … · 🔕 until … · firing DiskFull";
      for (const [end, line] of [
        [() => reacts("👀"), "🔔 juliet ended the silence · DiskFull"],
        [() => world.passes(121 * MINUTE), "🔔 The silence is over: taken · DiskFull"],
      ] as const) {
        world.store.noteLatest(world.sender, alert().receiver, alert().message);
        expect((await during(() => reacts("👀", "🔕"))).at(-1)).to.equal(silenced);
        await isFollowed();
        expect((await during(end)).slice(-2)).to.deep.equal([line, "👀 juliet … · firing DiskFull"]);
      }
    });

    it("is corrected in its place before it is said that the silence is over, if it is the latest message", async () => {
      await during(() => reacts("👀", "🔕"));
      expect(await during(() => world.passes(121 * MINUTE))).to.deep.equal([
        "👀 juliet … · firing DiskFull",
        "🔔 The silence is over: taken · DiskFull",
      ]);
    });

    it("says that it is resolved once the silence is over in which that wasn't said", async () => {
      const over = "🔔 The silence is over: resolved · DiskFull · 1 post was not said";
      await during(() => reacts("🔕"));
      expect(await during(() => world.posts("DiskFull", "resolved"))).to.deep.equal([]);
      expect(await during(() => world.passes(121 * MINUTE))).to.deep.equal(["✅ resolved DiskFull", over]);
    });

    for (const [sign, said] of [
      ["🔴 ", "✅ DiskFull: db1"],
      ["⚠️ ", "✅ DiskFull: db1"],
      ["", "✅ DiskFull: db1"],
    ] as const)
      it(`has the sign of its end alone once a silence is over in which a person resolved it: "${sign}"`, async () => {
        await during(() => world.posts("DiskFull", "firing", "critical", `${sign}DiskFull: db1`));
        await during(() => reacts("🔕"));
        expect(await during(() => world.answers("juliet", alert(), "!resolve"))).to.contain(
          "✅ DiskFull · resolved by juliet",
        );
        expect(await during(() => world.passes(121 * MINUTE))).to.contain(said);
      });

    it("says once what one reaction changes twice, in its place or where other messages follow", async () => {
      const both = "👀 juliet … · 🔕 until … · firing DiskFull";
      expect(await during(() => reacts("👀", "🔕"))).to.deep.equal([both]);
      expect(await during(() => reacts())).to.deep.equal(["firing DiskFull"]);
      await isFollowed();
      expect(await during(() => reacts("👀", "🔕"))).to.deep.equal([both]);
    });
  });
