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
      store.expect(hook, 1, due);
    expect([store.some(), store.nextDue()]).to.deep.equal([true, 10]);
    expect([store.due(9, 9), store.due(20, 9), store.due(30, 2)]).to.deep.equal([[], ["b", "c"], ["b", "c"]]);
    store.set("b", { dueAt: undefined });
    expect([store.nextDue(), store.due(99, 9)]).to.deep.equal([20, ["c", "a"]]);
    store.remove("c");
    expect(store.find("c")).to.equal(undefined);
    expect(store.nextDue()).to.equal(30);
  });

  it("keep the last post when the expectation changes", () => {
    store.expect("a", 5, 10);
    store.set("a", { downMs: 3, late: true });
    store.expect("a", 7, 12);
    expect(store.find("a")).to.deep.equal({ hook: "a", postedAt: 5, downMs: 3, late: true, dueAt: 12 });
  });

  it("begin anew with each post; what was said about a missing one is taken back at once", () => {
    for (const hook of ["a", "b"]) store.expect(hook, 1, 10);
    store.set("a", { downMs: 4, late: true });
    store.set("b", { downMs: 4 });
    for (const hook of ["a", "b"]) store.posted(20, 21, 30, hook);
    expect(store.find("a")).to.deep.equal({ hook: "a", postedAt: 20, downMs: 0, late: true, dueAt: 21 });
    expect(store.find("b")).to.deep.equal({ hook: "b", postedAt: 20, downMs: 0, late: false, dueAt: 30 });
  });

  it("end at once, or when it was said that the missing post isn't expected any more", () => {
    for (const hook of ["a", "b", "c"]) store.expect(hook, 1, 50);
    store.set("a", { late: true });
    for (const hook of ["a", "b"]) store.stop(hook, 7);
    expect(store.find("a")?.dueAt).to.equal(7);
    expect([store.find("b"), store.find("c")?.dueAt]).to.deep.equal([undefined, 50]);
  });

  it("are later by the time in which nobody could post, unless they are late already", () => {
    for (const hook of ["a", "b"]) store.expect(hook, 1, 50);
    store.set("b", { late: true });
    store.wasDown(5, 5);
    store.wasDown(2, 2);
    expect([store.find("a"), store.find("b")].map((each) => [each?.downMs, each?.dueAt])).to.deep.equal([
      [7, 57],
      [0, 50],
    ]);
    expect(store.runningUntil()).to.equal(undefined);
    store.runs(8);
    store.runs(9);
    expect(store.runningUntil()).to.equal(9);
    store.forgetRunning();
    expect(store.runningUntil()).to.equal(undefined);
  });
});
