/** When hooks that expect posts were posted to, and when the next post is late. */
import { expect } from "chai";
import { BotsStore } from "../../storage/bots-store.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { HeartbeatsStore } from "../../storage/heartbeats-store.js";
import { HooksStore } from "../../storage/hooks-store.js";
import { storedHook } from "../support/stored-hook.js";

describe("Stored heartbeats", () => {
  let db: Database;
  let store: HeartbeatsStore;
  beforeEach(() => {
    db = openDatabase(":memory:");
    store = new HeartbeatsStore(db);
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    for (const id of ["a", "b", "c"]) new HooksStore(db).add(storedHook({ id, name: id, bot: "bot" }));
  });
  afterEach(() => db.close());

  it("are due in the order of their times", () => {
    expect([store.some(), store.nextDue()]).to.deep.equal([false, undefined]);
    for (const [hook, due] of [
      ["a", 30],
      ["b", 10],
      ["c", 20],
    ] as const)
      store.expect(hook, due);
    expect([store.some(), store.nextDue()]).to.deep.equal([true, 10]);
    expect([store.due(9, 9), store.due(20, 9), store.due(30, 2)]).to.deep.equal([[], ["b", "c"], ["b", "c"]]);
    store.set("b", { dueAt: undefined });
    expect([store.nextDue(), store.due(99, 9)]).to.deep.equal([20, ["c", "a"]]);
    store.remove("c");
    expect(store.find("c")).to.equal(undefined);
    expect(store.nextDue()).to.equal(30);
  });

  it("keep the last post when the expectation changes", () => {
    store.expect("a", 5);
    const row = { hook: "a", postedAt: 5, countsFrom: 5, downMs: 0, late: false, dueAt: 5 };
    expect(store.find("a")).to.deep.equal(row);
    store.set("a", { downMs: 3, countsFrom: 8, late: true });
    store.expect("a", 12);
    expect(store.find("a")).to.deep.equal({ ...row, countsFrom: 8, downMs: 3, late: true, dueAt: 12 });
  });

  it("begin anew with each post; what was said about a missing one is taken back at once", () => {
    for (const hook of ["a", "b"]) store.expect(hook, 1);
    store.set("a", { downMs: 4, late: true });
    store.set("b", { downMs: 4 });
    for (const hook of ["a", "b"]) store.posted(hook, 20, 30);
    const row = { postedAt: 20, countsFrom: 20, downMs: 0 };
    expect(store.find("a")).to.deep.equal({ ...row, hook: "a", late: true, dueAt: 20 });
    expect(store.find("b")).to.deep.equal({ ...row, hook: "b", late: false, dueAt: 30 });
  });

  it("end at once, or when it was said that the missing post isn't expected any more", () => {
    for (const hook of ["a", "b", "c"]) store.expect(hook, 50);
    store.set("a", { late: true });
    for (const hook of ["a", "b"]) store.stop(hook, 7);
    expect(store.find("a")?.dueAt).to.equal(7);
    expect([store.find("b"), store.find("c")?.dueAt]).to.deep.equal([undefined, 50]);
  });

  it("move with the clock, but never into the future; those that are late aren't awaited", () => {
    for (const hook of ["a", "b"]) store.expect(hook, 10);
    store.set("a", { countsFrom: 12, dueAt: 50 });
    store.set("b", { late: true, dueAt: undefined });
    store.clockWasSet(-4, 100);
    store.clockWasSet(10, 17);
    expect(["a", "b"].map((hook) => store.find(hook))).to.deep.equal([
      { hook: "a", postedAt: 16, countsFrom: 17, downMs: 0, late: false, dueAt: 56 },
      { hook: "b", postedAt: 16, countsFrom: 16, downMs: 0, late: true, dueAt: undefined },
    ]);
    expect(store.awaited().map(({ hook }) => hook)).to.deep.equal(["a"]);
  });

  it("know when the component was last running", () => {
    expect(store.runningUntil()).to.equal(undefined);
    store.runs(8);
    store.runs(9);
    expect(store.runningUntil()).to.equal(9);
    store.forgetRunning();
    expect(store.runningUntil()).to.equal(undefined);
  });
});
