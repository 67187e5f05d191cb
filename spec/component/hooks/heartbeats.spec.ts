/** Hooks that expect posts: what is said when none comes, over restarts, in a time that the test lets pass. */
import { expect } from "chai";
import { HookFault } from "../../../component/hooks/fault.js";
import { Heartbeats } from "../../../component/hooks/heartbeats.js";
import { hookOf, type Hook } from "../../../component/hooks/hook.js";
import type { Language } from "../../../component/translated.js";
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
  let language: Language;
  /** How long it takes to say something. */
  let delay: number;

  const hook = (): Hook => hookOf(hooks.find("h")!, { bots: { find: () => undefined }, domain: "c.test" });

  /** Starts the component anew on the same database. */
  const start = async (): Promise<void> => {
    const dependencies = hookDependencies(db);
    heartbeats = new Heartbeats({
      ...dependencies,
      ...{ clock, times: clock.times, language },
      hookOf: (id) => (hooks.find(id) === undefined ? undefined : hook()),
      say: async (_hook, { text, stored }) => {
        if (failures-- > 0)
          return isGone
            ? new HookFault("gone", "the room was destroyed")
            : new HookFault("unavailable", "the room is away");
        if (delay > 0) await new Promise<void>((resolve) => clock.after(delay, resolve));
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
    [isGone, language, delay] = [false, "en", 0];
    hooks = new HooksStore(db);
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    const expectation = { expectMs: 25 * HOUR, graceMs: HOUR, quiet: false };
    hooks.add(storedHook({ name: "backup", bot: "bot", expectation }));
    new HeartbeatsStore(db).expect("h", clock.now());
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

  it("says once that a program failed, until it posts again, whatever period is set meanwhile", async () => {
    await clock.pass(HOUR);
    expect(await heartbeats.failed(hook(), " disk\nfull ")).to.equal(undefined);
    expect(said).to.deep.equal(["🔴 backup · it reports a failure: disk full"]);
    await heartbeats.failed(hook(), "disk full");
    db.transaction(() => new HeartbeatsStore(db).expect("h", clock.now()))();
    heartbeats.wake();
    await heartbeats.stop();
    await start();
    await clock.pass(50 * HOUR);
    expect(said).to.have.length(1);
    await heartbeats.posted(hook());
    await clock.pass(HOUR);
    expect(said.slice(1)).to.deep.equal(["✅ backup · posts come again"]);
    await heartbeats.failed(hook(), "");
    await heartbeats.failed(hook(), "x".repeat(9000));
    expect(said.slice(2)).to.deep.equal(["🔴 backup · it reports a failure"]);
  });

  it("tells a program whose failure can't be said, and says it when the program tries again", async () => {
    failures = 1;
    expect(await heartbeats.failed(hook(), "disk full")).to.deep.include({ kind: "unavailable" });
    expect(await heartbeats.failed(hook(), "x".repeat(9000))).to.equal(undefined);
    expect(said.join()).to.match(/^🔴 backup · it reports a failure: x{299}…$/);
  });

  it("resolves a failure while which is said the program posts", async () => {
    delay = 1000;
    const failing = heartbeats.failed(hook(), "disk full");
    await clock.pass(500);
    await heartbeats.posted(hook());
    await clock.pass(1000);
    await failing;
    await clock.pass(2000);
    expect(said.slice(1)).to.deep.equal(["✅ backup · posts come again"]);
  });

  it("starts the time anew with each post", async () => {
    for (let n = 0; n < 5; n++) {
      await clock.pass(25 * HOUR);
      await heartbeats.posted(hook());
    }
    expect(said).to.deep.equal([]);
  });

  const restart = async (stop: () => Promise<void>): Promise<void> => {
    await stop();
    clock.jump(72 * HOUR);
    await start();
  };

  for (const [how, absence] of [
    ["it was stopped", () => restart(() => heartbeats.stop())],
    ["it was killed", () => restart(() => Promise.resolve())],
    ["the machine was suspended", () => clock.suspend(72 * HOUR)],
    ["the process was paused", () => clock.pause(72 * HOUR)],
  ] as const) {
    it(`gives programs their time again and says how long it was down when ${how}`, async () => {
      await clock.pass(20 * HOUR);
      await absence();
      await clock.pass(25.5 * HOUR);
      expect(said).to.deep.equal([]);
      await clock.pass(HOUR);
      expect(said.join()).to.match(
        /^🔴 backup · no post for 4 d 22 h, .*; the component was down for 3 d of it$/,
      );
    });

    it(`says at once afterwards what was late before ${how}`, async () => {
      failures = 9;
      await clock.pass(26 * HOUR + 90_000);
      failures = 0;
      await absence();
      await clock.pass(HOUR / 4);
      expect(said.join()).to.match(/^🔴 backup · no post for 4 d 2 h, expected every 1 d 1 h$/);
    });

    it(`doesn't take back what was said when ${how}`, async () => {
      await clock.pass(27 * HOUR);
      await absence();
      db.transaction(() => new HeartbeatsStore(db).expect("h", clock.now()))();
      heartbeats.wake();
      await clock.pass(HOUR);
      expect(said).to.have.length(1);
      await heartbeats.posted(hook());
      await clock.pass(HOUR);
      expect(said.slice(1)).to.deep.equal(["✅ backup · posts come again"]);
    });

    it(`counts anew from a post that comes first after ${how}`, async () => {
      await clock.pass(20 * HOUR);
      await absence();
      await heartbeats.posted(hook());
      await clock.pass(25.5 * HOUR);
      expect(said).to.deep.equal([]);
      await clock.pass(HOUR);
      expect(said).to.deep.equal(["🔴 backup · no post for 1 d 2 h, expected every 1 d 1 h"]);
    });
  }

  it("says it in Chinese, too", async () => {
    language = "zh";
    await heartbeats.stop();
    await start();
    await clock.pass(HOUR);
    clock.suspend(90_000);
    await clock.pass(26.5 * HOUR);
    expect(said.join()).to.match(/；其间本组件停机 2 min$/);
  });

  it("isn't kept from it by absences each night", async () => {
    for (let night = 0; night < 3; night++) {
      await clock.pass(16 * HOUR);
      clock.suspend(8 * HOUR);
    }
    await clock.pass(HOUR);
    expect(said.join()).to.match(
      /^🔴 backup · no post for 2 d 10 h, .*; the component was down for 16 h of it$/,
    );
  });

  it("gives no more than was missed after a short restart", async () => {
    await clock.pass(20 * HOUR);
    clock.jump(5000);
    await start();
    await clock.pass(6 * HOUR - 10_000);
    expect(said).to.deep.equal([]);
    await clock.pass(60_000);
    expect(said).to.deep.equal(["🔴 backup · no post for 1 d 2 h, expected every 1 d 1 h"]);
  });

  for (const days of [3, -3, 0.5, -0.5])
    it(`cries no wolf, and isn't silent, when the clock is set by ${days} days`, async () => {
      await clock.pass(20 * HOUR);
      clock.set(days * 24 * HOUR);
      await clock.pass(25.5 * HOUR);
      expect(said).to.deep.equal([]);
      await clock.pass(HOUR);
      expect(said).to.deep.equal(["🔴 backup · no post for 1 d 22 h, expected every 1 d 1 h"]);
      clock.set(days * 24 * HOUR);
      await clock.pass(100 * HOUR);
      expect(said).to.have.length(1);
      await heartbeats.posted(hook());
      await clock.pass(HOUR);
      expect(said.slice(1)).to.deep.equal(["✅ backup · posts come again"]);
    });

  it("isn't silent when the clock was set backwards while it was down", async () => {
    await clock.pass(20 * HOUR);
    await heartbeats.stop();
    clock.jump(HOUR);
    clock.set(-72 * HOUR);
    await start();
    await clock.pass(25.5 * HOUR);
    expect(said).to.deep.equal([]);
    await clock.pass(HOUR);
    expect(said).to.deep.equal(["🔴 backup · no post for 1 d 22 h, expected every 1 d 1 h"]);
  });

  it("takes a message that is long in coming for no absence", async () => {
    await clock.pass(26.5 * HOUR);
    expect(said).to.have.length(1);
    await heartbeats.posted(hook());
    // "Posts come again" waits for three hours.
    delay = 3 * HOUR;
    await clock.pass(4 * HOUR);
    expect(said).to.have.length(2);
    delay = 0;
    await clock.pass(21.5 * HOUR);
    expect(said).to.have.length(2);
    await clock.pass(HOUR);
    expect(said.at(-1)).to.equal("🔴 backup · no post for 1 d 2 h, expected every 1 d 1 h");
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
    db.transaction(() => new HeartbeatsStore(db).expect("h", clock.now()))();
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
