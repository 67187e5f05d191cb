/** The queues of outgoing webhooks. */
import { expect } from "chai";
import { BotsStore } from "../../storage/bots-store.js";
import { openDatabase, type Database } from "../../storage/database.js";
import type { HookEvents } from "../../storage/hook-events.js";
import type { OutgoingHooksStore } from "../../storage/outgoing-hooks-store.js";
import { BOUNDS, event, hook, storesOf } from "../component/hooks/outgoing/parts.js";

describe("The queues of outgoing webhooks", () => {
  let db: Database;
  let store: OutgoingHooksStore;
  let events: HookEvents;
  let id: number;

  beforeEach(() => {
    db = openDatabase(":memory:");
    ({ store, events } = storesOf(db));
    id = store.add(hook());
  });
  afterEach(() => db.close());

  const put = (...names: readonly string[]): boolean[] =>
    names.map((name) => events.add(event(id, name), BOUNDS));

  it("are limited in events and bytes", () => {
    const few = { events: 2, bytes: 1e6 };
    const added = ["1", "2", "3"].map((name) => events.add(event(id, name), few));
    expect(added).to.deep.equal([true, true, false]);
    events.remove(events.first(id)!.rowId);
    expect(events.add(event(id, "4"), { events: 10, bytes: 19 })).to.equal(false);
    expect(events.add(event(id, "5"), { events: 10, bytes: 20 })).to.equal(true);
    expect(events.add(event(id + 1, "6"), BOUNDS)).to.equal(false);
  });

  it("keep the newest dead letters, as many as may wait", () => {
    put("1", "2", "3");
    events.bury(events.first(id)!, 25 * 3600_000, "gone", { events: 2, bytes: 1 });
    expect(events.dead().map((each) => each.id)).to.deep.equal(["2", "3"]);
  });

  it("turn overdue events of the webhook into dead letters with the one that failed, and count them", () => {
    const other = store.add(hook({ name: "other" }));
    put("fails");
    for (const [of, name, until] of [
      [id, "late", 5],
      [id, "due", 6],
      [id, "early", 7],
      [other, "elsewhere", 5],
    ] as const)
      events.add(event(of, name, { until }), BOUNDS);
    expect(events.bury(events.first(id)!, 6, "gone", BOUNDS)).to.deep.equal({ buried: 3, deleted: 0 });
    const dead = events.dead(id).map((each) => [each.id, each.diedAt, each.reason]);
    expect(dead).to.deep.equal(["fails", "late", "due"].map((name) => [name, 6, "gone"]));
    expect(events.bury(events.first(id)!, 9, "gone", { events: 1, bytes: 1 })).to.deep.equal({
      buried: 1,
      deleted: 3,
    });
    expect([events.dead(other), events.waiting()]).to.deep.equal([[], 1]);
    expect([...events.deadByHook()]).to.deep.equal([[id, 1]]);
  });

  it("take back dead letters, and drop them, but nothing that waits", () => {
    put("1", "2");
    const [first, second] = [events.first(id)!.rowId, events.first(id)!.rowId + 1];
    expect([events.retry(first, 9), events.drop(first)]).to.deep.equal([false, false]);
    events.bury(events.first(id)!, 3, "gone", BOUNDS);
    expect(store.find(id)).to.include({ waiting: 1, bytes: 10 });
    expect(events.first(id)?.rowId).to.equal(second);
    expect(events.retry(first, 77)).to.equal(true);
    expect(events.first(id)).to.include({ rowId: first, until: 77 });
    expect(events.dead()).to.deep.equal([]);
    events.bury(events.first(id)!, 3, "gone", BOUNDS);
    expect([events.drop(first), events.drop(first)]).to.deep.equal([true, false]);
    expect(events.waiting()).to.equal(1);
  });

  it("have the time of the oldest waiting event", () => {
    expect(events.oldest()).to.equal(undefined);
    for (const at of [30, 20]) events.add(event(id, String(at), { happenedAt: at }), BOUNDS);
    const other = store.add(hook({ name: "other" }));
    events.add(event(other, "25", { happenedAt: 25 }), BOUNDS);
    expect(events.oldest()).to.equal(25);
    events.bury(events.first(other)!, 1, "gone", BOUNDS);
    events.add(event(other, "26", { happenedAt: 26 }), BOUNDS);
    expect(events.oldest(), "dead letters don't wait").to.equal(26);
  });

  it("are deleted with their webhook; its bot stays while another hook uses it", () => {
    const bots = new BotsStore(db);
    for (const name of ["listens", "nobody"]) bots.put({ name, title: name, picture: undefined });
    const listening = store.add(hook({ name: "l", bot: "listens" }));
    put("1");
    events.add(event(listening, "2"), BOUNDS);
    bots.prune();
    expect(bots.all().map(({ name }) => name)).to.deep.equal(["listens"]);
    store.remove(listening);
    bots.prune();
    expect([bots.all(), events.waiting(), events.first(listening)]).to.deep.equal([[], 1, undefined]);
  });
});
