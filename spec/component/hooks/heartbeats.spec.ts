/** Hooks that expect posts: what is said when none comes, over restarts, in a time that the test lets pass. */
import { expect } from "chai";
import { HookFault } from "../../../component/hooks/fault.js";
import { Heartbeats } from "../../../component/hooks/heartbeats.js";
import { hookOf, type Hook } from "../../../component/hooks/hook.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { BotsStore } from "../../../storage/bots-store.js";
import { HeartbeatsStore } from "../../../storage/heartbeats-store.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { TestClock } from "../../support/test-clock.js";
import { storedHook } from "../../support/stored-hook.js";
import { hookDependencies } from "./hook-dependencies.js";

const HOUR = 3600_000;

describe("A hook that expects a post every 25 h, and an hour later at most", () => {
  let db: Database;
  let clock: TestClock;
  let heartbeats: Heartbeats;
  let said: string[];
  /** How many of the next messages can't be sent. */
  let failures: number;
  /** Whether these fail for good. */
  let isGone: boolean;
  let hooks: HooksStore;

  const hook = (): Hook => hookOf(hooks.find("h")!, { bots: { find: () => undefined }, domain: "c.test" });

  /** Starts the component anew on the same database. */
  const start = async (): Promise<void> => {
    const dependencies = hookDependencies(db);
    heartbeats = new Heartbeats({
      ...dependencies,
      clock,
      language: "en",
      hookOf: (id) => (hooks.find(id) === undefined ? undefined : hook()),
      say: async (_hook, { text, stored }) => {
        if (failures-- > 0)
          return isGone
            ? new HookFault("gone", "the room was destroyed")
            : new HookFault("unavailable", "the room is away");
        await dependencies.commit.run(stored);
        said.push(text.replace("\u00a0", " "));
        return undefined;
      },
    });
    await heartbeats.start();
  };

  beforeEach(async () => {
    db = openDatabase(":memory:");
    clock = new TestClock();
    said = [];
    failures = 0;
    isGone = false;
    hooks = new HooksStore(db);
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    const expectation = { expectMs: 25 * HOUR, graceMs: HOUR, quiet: false };
    hooks.add(storedHook({ name: "backup", bot: "bot", expectation }));
    new HeartbeatsStore(db).expect("h", clock.now(), clock.now());
    await start();
  });
  afterEach(async () => {
    await heartbeats.stop();
    db.close();
  });

  it("says once that none came, and that posts come again", async () => {
    await clock.pass(25.5 * HOUR);
    expect(said).to.deep.equal([]);
    await clock.pass(50 * HOUR);
    expect(said).to.deep.equal(["🔴 backup · no post for 1 d 2 h, expected every 1 d 1 h"]);
    await heartbeats.posted(hook());
    await clock.pass(HOUR);
    expect(said.slice(1)).to.deep.equal(["✅ backup · posts come again"]);
    await clock.pass(26 * HOUR);
    expect(said).to.have.length(3);
  });

  it("starts the time anew with each post", async () => {
    for (let n = 0; n < 5; n++) {
      await clock.pass(25 * HOUR);
      await heartbeats.posted(hook());
    }
    expect(said).to.deep.equal([]);
  });

  for (const [how, stop] of [
    ["stopped", () => heartbeats.stop()],
    ["killed", () => Promise.resolve()],
  ] as const)
    it(`doesn't count the time in which the component was down, though it was ${how}`, async () => {
      await clock.pass(20 * HOUR);
      await stop();
      clock.jump(72 * HOUR);
      await start();
      await clock.pass(5.5 * HOUR);
      expect(said).to.deep.equal([]);
      await clock.pass(HOUR);
      expect(said.join()).to.match(
        /^🔴 backup · no post for 4 d 2 h, .*; the component was down for 3 d of it$/,
      );
    });

  it("says it once over a crash, also what couldn't be said before", async () => {
    failures = 3;
    await clock.pass(26 * HOUR + 90_000);
    expect(said).to.deep.equal([]);
    clock.jump(1000);
    await start();
    await clock.pass(HOUR);
    expect(said).to.have.length(1);
    clock.jump(1000);
    await start();
    await clock.pass(50 * HOUR);
    expect(said).to.have.length(1);
  });

  it("says nothing in a loop if that can't be said, and says it once the hook is changed", async () => {
    [failures, isGone] = [1, true];
    await clock.pass(80 * HOUR);
    expect({ failures, said }).to.deep.equal({ failures: 0, said: [] });
    db.transaction(() => new HeartbeatsStore(db).expect("h", clock.now(), clock.now()))();
    heartbeats.wake();
    await clock.pass(HOUR);
    expect(said.join()).to.match(/^🔴 backup · no post for 3 d 8 h/);
  });

  it("ends what was said if no post is expected any more, and forgets removed hooks", async () => {
    await clock.pass(27 * HOUR);
    hooks.set({
      ...hooks.find("h")!,
      expectation: { expectMs: undefined, graceMs: undefined, quiet: false },
    });
    db.transaction(() => new HeartbeatsStore(db).stop("h", clock.now()))();
    heartbeats.wake();
    await clock.pass(HOUR);
    expect(said.slice(1)).to.deep.equal(["✅ backup · no post is expected any more"]);
    expect(new HeartbeatsStore(db).some()).to.equal(false);
  });
});
