/** Small tables: operators, changes, keyed messages, rosters' shifts, webhooks' settings and bots. */
import { expect } from "chai";
import { BotRoomsStore } from "../../storage/bot-rooms-store.js";
import { BotsStore } from "../../storage/bots-store.js";
import { ChangesStore } from "../../storage/changes-store.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { DutyStore, type StoredRoster } from "../../storage/duty-store.js";
import { HooksStore } from "../../storage/hooks-store.js";
import { KeyedMessages } from "../../storage/keyed-messages.js";
import { OperatorsStore } from "../../storage/operators-store.js";
import { OutgoingHooksStore } from "../../storage/outgoing-hooks-store.js";
import { hook as outgoing } from "../component/hooks/outgoing/parts.js";
import { storedHook } from "../support/stored-hook.js";

const UNREAD = {
  file: undefined,
  readAt: undefined,
  fault: undefined,
  faultyAt: undefined,
  retryAt: undefined,
};

describe("The database", () => {
  let db: Database;
  beforeEach(() => (db = openDatabase(":memory:")));
  afterEach(() => db.close());

  it("has each operator once, by name", () => {
    const store = new OperatorsStore(db);
    const add = (name: string, may = "all", expiresAt?: number): boolean =>
      store.add({ name, token: Buffer.from(name + may), madeAt: 1, expiresAt, may });
    expect([add("tess"), add("ann", "rooms,hooks", 9), add("tess", "rooms")]).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect(store.list().map(({ name, may }) => [name, may])).to.deep.equal([
      ["ann", "rooms,hooks"],
      ["tess", "all"],
    ]);
    store.noteUse("ann", 5);
    const ann = { name: "ann", token: Buffer.from("annrooms,hooks"), madeAt: 1, expiresAt: 9, usedAt: 5 };
    expect(store.find("ann")).to.deep.equal({ ...ann, may: "rooms,hooks" });
    expect(store.find("tess")?.usedAt).to.equal(undefined);
    expect([store.remove("ann"), store.remove("ann"), store.list().length]).to.deep.equal([true, false, 1]);
  });

  it("lists changes, the newest first, and forgets old ones some at a time", () => {
    const store = new ChangesStore(db);
    const add = (at: number): number =>
      store.add({
        at,
        who: "ann",
        way: "console",
        operation: "hook add",
        arguments: "{}",
        outcome: undefined,
      });
    const ids = [add(1), add(2), add(3)];
    store.finish(ids[1]!, "Added.");
    expect(store.list(3, 9).map(({ id, outcome }) => [id, outcome])).to.deep.equal([
      [2, "Added."],
      [1, undefined],
    ]);
    expect(store.list(99, 1).map(({ id }) => id)).to.deep.equal([3]);
    db.transaction(() => {
      for (let i = 0; i < 498; i += 1) add(2);
    })();
    expect([store.prune(3), store.prune(3)]).to.deep.equal([true, false]);
    expect(store.list(9999, 9).map(({ at }) => at)).to.deep.equal([3]);
  });

  describe("with hooks", () => {
    let hooks: HooksStore;
    let bots: BotsStore;
    beforeEach(() => {
      hooks = new HooksStore(db);
      bots = new BotsStore(db);
      for (const name of ["bot", "listens"]) bots.put({ name, title: name, picture: undefined });
    });

    it("keeps a thousand keys of each hook's messages, those that were used last", () => {
      const store = new KeyedMessages(db);
      for (const id of ["h", "i"]) hooks.add(storedHook({ id, name: id, bot: "bot" }));
      const put = (hook: string, name: string, saidAt: number, version = "v1"): void =>
        store.put({
          ...{ hook, name: Buffer.from(name), receiver: "r", message: "m", version, saidAt },
          ...{ content: Buffer.from("c"), stanzaId: undefined },
        });
      put("i", "other", 0);
      db.transaction(() => {
        for (let i = 1; i <= 1000; i += 1) put("h", `k${i}`, i);
      })();
      put("h", "k1", 1001, "v2");
      put("h", "new", 1002);
      expect(store.find("h", Buffer.from("k2")), "it was longest not used").to.equal(undefined);
      expect(store.find("h", Buffer.from("k1"))?.version).to.equal("v2");
      for (const [hook, name] of [
        ["h", "k3"],
        ["h", "new"],
        ["i", "other"],
      ] as const)
        expect(store.find(hook, Buffer.from(name)), name).to.not.equal(undefined);
      store.remove("h", Buffer.from("new"));
      expect(store.find("h", Buffer.from("new"))).to.equal(undefined);
    });

    it("has all that was set of a hook, and changes no more than was asked for", () => {
      const full = storedHook({
        ...{
          id: "h",
          name: "ci",
          bot: "bot",
          receiver: "ops@c.test",
          template: "{{ a }}",
          format: "template",
        },
        ...{ signatureKey: "k", corrects: true, announces: true, madeBy: "juliet@y.test", madeAt: 7 },
        limits: { rate: 3, bodyBytes: 9 },
        filters: { onlyEvents: ["push", "issues.opened"], exceptEvents: [], branches: ["main"] },
        calls: {
          steps: ["5m room", "10m duty"],
          stepsFrom: "warning",
          mentions: ["duty"],
          mentionsFrom: "info",
        },
        source: { silenceAt: "https://a.test", silenceToken: "t", inner: ["10.0.0.0/8"] },
        expectation: { expectMs: 5, graceMs: 6, quiet: true },
        fetchFrom: ["grafana.test"],
      });
      hooks.add(full);
      hooks.add(storedHook({ id: "o", name: "other", bot: "bot" }));
      expect(hooks.find("h")).to.deep.equal(full);
      expect([hooks.named("ci")?.id, hooks.named("none"), hooks.count()]).to.deep.equal(["h", undefined, 2]);
      expect(hooks.list().map(({ name }) => name)).to.deep.equal(["ci", "other"]);
      hooks.rotate("h", Buffer.from("new"), undefined);
      const rotated = { ...full, secret: Buffer.from("new"), signatureKey: undefined };
      expect(hooks.find("h")).to.deep.equal(rotated);
      const changed = {
        ...rotated,
        corrects: false,
        fetchFrom: undefined,
        limits: { rate: undefined, bodyBytes: 1 },
      };
      hooks.set(changed);
      expect(hooks.find("h")).to.deep.equal(changed);
      expect(hooks.find("o"), "nothing of another hook").to.deep.equal(
        storedHook({ id: "o", name: "other", bot: "bot" }),
      );
      hooks.remove("h");
      expect(hooks.list().map(({ id }) => id)).to.deep.equal(["o"]);
    });

    it("names the hooks that owners made for a room", () => {
      for (const [id, receiver, madeBy] of [
        ["z", "ops@c.test", "juliet@y.test"],
        ["a", "ops@c.test", "erased"],
        ["b", "ops@c.test", undefined],
        ["c", "dev@c.test", "juliet@y.test"],
      ] as const)
        hooks.add(storedHook({ id, name: id, bot: "bot", receiver, madeBy }));
      expect(hooks.ofOwners("ops@c.test").map(({ id }) => id)).to.deep.equal(["a", "z"]);
    });

    it("knows the rooms elsewhere in which no hook and no operator needs a bot", () => {
      const rooms = new BotRoomsStore(db);
      const ask = (bot: string, room: string, isChosen = false): void =>
        rooms.ask(bot, room, { isChosen, at: 1 });
      for (const room of ["said", "stepped", "spare", "heard"]) ask("bot", `${room}@e.test`);
      ask("bot", "chosen@e.test", true);
      ask("listens", "heard@e.test");
      ask("listens", "tea@e.test");
      const calls = {
        steps: ["5m stepped@e.test"],
        stepsFrom: undefined,
        mentions: undefined,
        mentionsFrom: undefined,
      };
      hooks.add(storedHook({ bot: "bot", receiver: "said@e.test", calls }));
      const store = new OutgoingHooksStore(db);
      const out = store.add(outgoing({ bot: "listens", rooms: ["heard@e.test", "other@e.test"] }));
      const needless = (without = {}): string[] =>
        bots
          .needlessRooms(without)
          .map(({ bot, room }) => `${bot} ${room.split("@")[0] ?? ""}`)
          .sort();
      expect(needless()).to.deep.equal(["bot heard", "bot spare", "listens tea"]);
      expect(needless({ hook: "h" }), "without its hook, a bot needs no room").to.deep.equal(
        ["chosen", "heard", "said", "spare", "stepped"].map((room) => `bot ${room}`).concat("listens tea"),
      );
      expect(needless({ outgoing: out })).to.deep.equal([
        "bot heard",
        "bot spare",
        "listens heard",
        "listens tea",
      ]);
      store.remove(out);
      bots.put({
        name: "listens",
        title: "Listens",
        picture: { bytes: Buffer.from("p"), type: "image/png" },
      });
      expect(bots.all().find(({ name }) => name === "listens")).to.deep.equal({
        ...{ name: "listens", title: "Listens", picture: { bytes: Buffer.from("p"), type: "image/png" } },
      });
    });
  });

  it("keeps the newest of what is untold of a roster's duty, a hundred", () => {
    const store = new DutyStore(db);
    const plan = {
      people: [],
      every: undefined,
      starts: undefined,
      zone: "UTC",
      inner: [],
      calendar: undefined,
    };
    for (const name of ["ops", "dev"]) store.put({ ...plan, ...UNREAD, name });
    const news = (number: number) => ({ person: `p${number}@x`, news: "ended", since: number }) as const;
    store.addNews("dev", [news(0)]);
    for (let number = 0; number < 100; number++)
      expect(store.addNews("ops", [news(number)])).to.deep.equal([]);
    expect(store.addNews("ops", [{ ...news(100), news: "began" }])).to.deep.equal([news(0)]);
    expect(store.news("ops").map(({ since }) => since)).to.deep.equal([...Array(101).keys()].slice(1));
    store.removeNews("ops", news(100));
    expect(store.news("ops"), "what was told isn't the newest").to.have.length(100);
    store.removeNews("ops", news(50));
    expect([store.news("ops").length, store.news("dev").length]).to.deep.equal([99, 1]);
  });

  it("has a roster's shifts and covers in a window of time", () => {
    const store = new DutyStore(db);
    const roster = (name: string): StoredRoster => ({
      ...{ name, people: ["a@x", "b@x"], every: "P1W", starts: "2026-12-07T09:00", zone: "UTC", inner: [] },
      ...{ calendar: undefined, file: undefined, readAt: undefined, fault: undefined, faultyAt: undefined },
      ...{ retryAt: undefined, alerted: false, onDuty: undefined },
    });
    for (const name of ["ops", "dev"]) store.put(roster(name));
    expect(store.find("ops")).to.deep.equal(roster("ops"));
    expect([store.list().map(({ name }) => name), store.count()]).to.deep.equal([["dev", "ops"], 2]);
    store.set("ops", { alerted: true, onDuty: "a@x" });
    expect([store.find("ops")?.alerted, store.find("dev")?.alerted]).to.deep.equal([true, false]);
    store.put(roster("ops"));
    expect(store.find("ops"), "what the component did stays").to.deep.include({
      alerted: true,
      onDuty: "a@x",
    });
    const shift = (starts: number, ends: number, person = "a@x") => ({ starts, ends, person });
    store.replaceShifts("dev", [shift(1, 99)]);
    store.replaceShifts("ops", [shift(20, 30), shift(10, 20, "b@x"), shift(10, 20), shift(30, 40)]);
    const shifts = (after: number, before: number): string[] =>
      store.shifts("ops", after, before).map(({ starts, person }) => `${starts} ${person}`);
    expect(shifts(19, 31)).to.deep.equal(["10 a@x", "10 b@x", "20 a@x", "30 a@x"]);
    expect(shifts(20, 30), "both ends are outside").to.deep.equal(["20 a@x"]);
    store.replaceShifts("ops", [shift(1, 2)]);
    expect(shifts(0, 99)).to.deep.equal(["1 a@x"]);
    expect(store.shifts("dev", 0, 99)).to.have.length(1);
    const cover = (starts: number, ends: number, now = 0): boolean =>
      store.addCover("ops", shift(starts, ends, "c@x"), now);
    expect([cover(1, 5), cover(1, 3)]).to.deep.equal([true, true]);
    expect(store.covers("ops", 3).map(({ ends }) => ends)).to.deep.equal([5]);
    expect(cover(6, 9, 5), "those that are over are forgotten").to.equal(true);
    expect(store.covers("ops", 0).map(({ ends }) => ends)).to.deep.equal([9]);
    for (const [name, person, isNamed] of [
      ["ops", "a@x", true],
      ["ops", "c@x", true],
      ["ops", "d@x", false],
      ["dev", "c@x", false],
    ] as const)
      expect(store.names(name, person), `${name} ${person}`).to.equal(isNamed);
    expect([store.remove("ops"), store.remove("ops"), store.covers("ops", 0)]).to.deep.equal([
      true,
      false,
      [],
    ]);
  });
});
