/** Stored alerts: which are open where, what is due, and how much of each is kept. */
import { expect } from "chai";
import { AlertsStore, type StoredAlert } from "../../storage/alerts-store.js";
import { BotsStore } from "../../storage/bots-store.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { HooksStore } from "../../storage/hooks-store.js";
import { storedHook } from "../support/stored-hook.js";

const [ROOM, OTHER, PERSON] = ["ops@c.test", "dev@c.test", "juliet@y.test"];

describe("Stored alerts", () => {
  let db: Database;
  let store: AlertsStore;
  let names = 0;
  beforeEach(() => {
    db = openDatabase(":memory:");
    store = new AlertsStore(db);
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    for (const id of ["h", "i"]) new HooksStore(db).add(storedHook({ id, name: id, bot: "bot" }));
  });
  afterEach(() => db.close());

  const add = (more: Partial<StoredAlert> = {}): number =>
    store.add({
      ...{ hook: "h", name: Buffer.from(`alert ${++names}`), current: true, state: "open", receiver: ROOM },
      ...{
        message: "m",
        title: "Disk",
        text: "",
        labels: "{}",
        status: "{}",
        changedAt: 1,
        dueAt: undefined,
      },
      ...{ atSource: false, ...more },
    });
  /** @param of the receiver, and the room's id of the message */
  const say = (alert: number, of: string | readonly [string, string], id: string, saidAt = 1): void => {
    const [receiver, stanzaId] = typeof of === "string" ? [of] : of;
    store.addMessage({ alert, receiver, id, saidAt, stanzaId, step: undefined });
  };
  const idsOf = (alerts: readonly StoredAlert[]): number[] => alerts.map(({ id }) => id);

  it("are found by their name while they are current, each hook's for itself", () => {
    const name = Buffer.from("disk");
    const former = add({ name, current: false, state: "resolved" });
    expect(store.current("h", name)).to.equal(undefined);
    const [mine, theirs] = [add({ name, atSource: true }), add({ name, hook: "i" })];
    expect([store.current("h", name)?.id, store.current("i", name)?.id]).to.deep.equal([mine, theirs]);
    expect(store.find(mine)).to.deep.include({
      current: true,
      atSource: true,
      state: "open",
      receiver: ROOM,
    });
    expect(store.find(former)).to.deep.include({ current: false, atSource: false });
    expect(() => add({ name }), "two current ones").to.throw("UNIQUE");
  });

  it("are open at a place, the newest first, up to a limit", () => {
    const [first, , taken] = [add(), add({ state: "resolved" }), add({ state: "taken" })];
    add({ receiver: OTHER });
    expect(idsOf(store.openAt(ROOM, 9))).to.deep.equal([taken, first]);
    expect(idsOf(store.openAt(ROOM, 1))).to.deep.equal([taken]);
    expect([store.countOpenAt(ROOM), store.countOpenAt(OTHER), store.countOpenAt(PERSON)]).to.deep.equal([
      2, 1, 0,
    ]);
  });

  it("are open in a chat if a step said them there, each once", () => {
    const [told, over, other] = [add(), add({ state: "resolved" }), add()];
    for (const [alert, id] of [
      [told, "a"],
      [told, "b"],
      [over, "c"],
      [other, "d"],
    ] as const)
      say(alert, PERSON, id);
    expect(idsOf(store.openAt(PERSON, 9))).to.deep.equal([other, told]);
    expect(idsOf(store.openAt(PERSON, 1))).to.deep.equal([other]);
    const own = add({ receiver: PERSON });
    expect(idsOf(store.openAt(PERSON, 9)), "its own come first").to.deep.equal([own]);
    expect(store.lastAt(PERSON)?.id).to.equal(other);
    say(told, OTHER, "e");
    say(over, OTHER, "f");
    expect(store.lastAt(OTHER)?.id, "resolved ones count").to.equal(over);
    expect([store.isSaidAt(OTHER), store.isSaidAt(ROOM)]).to.deep.equal([true, false]);
    expect(store.lastAt(ROOM)).to.equal(undefined);
  });

  it("are listed in pages, all or only open ones, of all hooks or of one", () => {
    const all = [add(), add({ state: "resolved" }), add({ hook: "i", state: "taken" }), add()];
    const [first, over, others, last] = all as [number, number, number, number];
    expect(idsOf(store.list(0, 9, false))).to.deep.equal(all);
    expect(idsOf(store.list(first, 2, false))).to.deep.equal([over, others]);
    expect(idsOf(store.list(0, 2, true))).to.deep.equal([first, others]);
    expect(idsOf(store.openOf("h", 0, 9))).to.deep.equal([first, last]);
    expect(idsOf(store.openOf("h", first, 9))).to.deep.equal([last]);
    expect(idsOf(store.openOf("h", 0, 1))).to.deep.equal([first]);
    expect([store.currentCount("h"), store.currentCount("i")]).to.deep.equal([3, 1]);
    store.set(first, { current: false });
    expect(store.currentCount("h")).to.equal(2);
    expect(store.counts().sort((a, b) => a.state.localeCompare(b.state))).to.deep.equal([
      { state: "open", count: 2 },
      { state: "taken", count: 1 },
    ]);
  });

  it("are due in the order of their times, with tasks beside requests to sources", () => {
    expect(store.nextDue()).to.equal(undefined);
    const [late, early, never] = [add({ dueAt: 30 }), add({ dueAt: 20 }), add()];
    expect(store.nextDue()).to.equal(20);
    expect([store.due(19, 9), store.due(20, 9), store.due(30, 9), store.due(30, 1)]).to.deep.equal([
      [],
      [early],
      [early, late],
      [early],
    ]);
    const task = (dueAt: number, atSource: boolean, what = "say"): void =>
      store.addTask({ alert: never, task: JSON.stringify({ do: what }), dueAt, atSource });
    task(10, true);
    expect(store.nextDue(), "requests have a time of their own").to.equal(20);
    for (const at of [18, 15, 15]) task(at, false);
    expect([store.nextDue(), store.nextDueTask(false), store.nextDueTask(true)]).to.deep.equal([15, 15, 10]);
    store.set(early, { dueAt: 5 });
    expect(store.nextDue()).to.equal(5);
    const due = (now: number, limit: number, atSource?: boolean): number[] =>
      store.dueTasks(now, limit, atSource).map(({ id }) => id);
    expect([due(14, 9), due(15, 9), due(18, 9), due(18, 2), due(10, 9, true)]).to.deep.equal([
      [],
      [3, 4],
      [3, 4, 2],
      [3, 4],
      [1],
    ]);
    store.postpone(3, 99, 2);
    expect(store.tasksOf(never).map(({ id, dueAt, tries }) => [id, dueAt, tries])).to.deep.equal([
      [1, 10, 0],
      [2, 18, 0],
      [3, 99, 2],
      [4, 15, 0],
    ]);
    expect([store.removeTask(4), store.removeTask(4)]).to.deep.equal([true, false]);
    task(1, false, "step");
    store.addTask({ alert: late, task: '{"do":"step"}', dueAt: 1, atSource: false });
    store.removeSteps(never);
    expect(
      store.tasksOf(never).map(({ id }) => id),
      "steps alone, and its own",
    ).to.deep.equal([1, 2, 3]);
    expect(store.tasksOf(late)).to.have.length(1);
  });

  it("are reconsidered when their hook changes, open ones only", () => {
    const [open, over, other] = [add({ dueAt: 50 }), add({ state: "resolved" }), add({ hook: "i" })];
    store.reconsider(7, "h");
    expect([open, over, other].map((id) => store.find(id)?.dueAt)).to.deep.equal([7, undefined, undefined]);
  });

  it("that are silenced at their source are listed by hook", () => {
    const [second, first] = [add({ hook: "i", atSource: true }), add({ atSource: true })];
    add();
    expect(idsOf(store.atSource(9))).to.deep.equal([first, second]);
    expect(idsOf(store.atSource(1))).to.deep.equal([first]);
  });

  it("keep the messages that people can react to: their own and the newest, by the room's id or the sender's", () => {
    const alert = add({ message: "own" });
    say(alert, [ROOM, "s1"], "m", 5);
    say(alert, [OTHER, "s1"], "m", 4);
    expect(store.messageIn(ROOM, "s1")).to.deep.include({ receiver: ROOM, id: "m", saidAt: 5 });
    expect(store.messageIn(ROOM, "s2")).to.equal(undefined);
    expect(store.messagesOf(alert).map(({ receiver }) => receiver)).to.deep.equal([OTHER, ROOM]);
    expect([store.received(8, ROOM, "m"), store.received(9, ROOM, "m")]).to.deep.equal([true, false]);
    expect([store.message(ROOM, "m")?.receivedAt, store.message(OTHER, "m")?.receivedAt]).to.deep.equal([
      8,
      undefined,
    ]);
    say(alert, [ROOM, "s3"], "m", 6);
    expect(store.message(ROOM, "m"), "said again").to.deep.include({
      stanzaId: "s3",
      saidAt: 6,
      receivedAt: 8,
    });
    const other = add();
    say(other, ROOM, "other", 1);
    say(alert, ROOM, "own", 3);
    for (let at = 100; at < 131; at += 1) say(alert, ROOM, `m${at}`, at);
    expect(store.messagesOf(alert)).to.have.length(33);
    expect(store.message(ROOM, "own"), "the alert's own isn't forgotten").to.not.equal(undefined);
    expect(store.message(OTHER, "m"), "the oldest is forgotten").to.equal(undefined);
    expect(store.message(ROOM, "m"), "the next one isn't").to.not.equal(undefined);
    expect(store.message(ROOM, "other"), "that of another alert isn't").to.not.equal(undefined);
  });

  it("keep their latest hundred changes", () => {
    expect(store.latestChange()).to.equal(undefined);
    const [alert, other] = [add(), add()];
    store.addChange({ alert: other, at: 0, what: "opened", person: undefined });
    for (let at = 1; at <= 102; at += 1) store.addChange({ alert, at, what: `change ${at}`, person: PERSON });
    const kept = store.changesOf(alert);
    expect([kept.length, kept[0]?.what, kept.at(-1)?.what]).to.deep.equal([100, "change 3", "change 102"]);
    expect(store.changesOf(other)).to.deep.equal([
      { alert: other, at: 0, what: "opened", person: undefined },
    ]);
    expect(store.latestChange()).to.equal(103);
  });

  it("are deleted when they ended before a time, some at a time, with what belongs to them", () => {
    const [open, ended] = [add({ changedAt: 1 }), add({ current: false, changedAt: 10 })];
    for (let i = 0; i < 64; i += 1) add({ current: false, changedAt: 9 });
    say(ended, ROOM, "m");
    expect([store.prune(10), store.prune(10)]).to.deep.equal([true, false]);
    expect(idsOf(store.list(0, 99, false))).to.deep.equal([open, ended]);
    store.prune(11);
    expect(idsOf(store.list(0, 99, false))).to.deep.equal([open]);
    expect(store.message(ROOM, "m")).to.equal(undefined);
  });

  it("know the latest message from each sender to each receiver", () => {
    for (const [sender, receiver, id] of [
      [PERSON, ROOM, "1"],
      [ROOM, PERSON, "2"],
      [PERSON, ROOM, "3"],
    ] as const)
      store.noteLatest(sender, receiver, id);
    expect([store.latest(PERSON, ROOM), store.latest(ROOM, PERSON), store.latest(ROOM, OTHER)]).to.deep.equal(
      ["3", "2", undefined],
    );
  });

  it("forget the latest message to the receivers that a sender wrote to longest ago, beyond a thousand", () => {
    store.noteLatest(ROOM, PERSON, "other", 0);
    for (let n = 0; n < 1100; n++) store.noteLatest(PERSON, `stranger${n}@x.test`, `m${n}`, n);
    expect(store.latest(PERSON, "stranger0@x.test")).to.equal(undefined);
    expect(store.latest(PERSON, "stranger1099@x.test")).to.equal("m1099");
    expect(store.latest(ROOM, PERSON)).to.equal("other");
    expect(
      db.prepare("SELECT count(*) FROM latest_messages WHERE sender = ?").pluck().get(PERSON),
    ).to.be.within(1000, 1016);
  });
});
