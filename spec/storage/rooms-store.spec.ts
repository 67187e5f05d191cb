import { expect } from "chai";
import { StoredRooms } from "../support/stored-rooms.js";

describe("Stored rooms", () => {
  let rooms: StoredRooms;
  beforeEach(() => (rooms = new StoredRooms()));
  afterEach(() => rooms[Symbol.dispose]());

  const names = (found: readonly { readonly name: string }[]): string[] => found.map(({ name }) => name);
  const rows = (table: string, room: number): unknown =>
    rooms.db.prepare(`SELECT count(*) FROM ${table} WHERE room = ?`).pluck().get(room);

  it("are listed in pages by name, forwards and backwards", () => {
    for (const [index, name] of ["c", "a", "d", "b"].entries()) rooms.add(index + 1, name, {}, name !== "d");
    expect(names(rooms.store.listedAfter("", 2))).to.deep.equal(["a", "b"]);
    expect(names(rooms.store.listedAfter("a", 9))).to.deep.equal(["b", "c"]);
    expect(names(rooms.store.listedBefore(undefined, 2))).to.deep.equal(["b", "c"]);
    expect(names(rooms.store.listedBefore("c", 9))).to.deep.equal(["a", "b"]);
    expect([rooms.store.countListed(), rooms.store.count(), rooms.store.nextId()]).to.deep.equal([3, 4, 5]);
  });

  it("are loaded with their users, the first presence first", () => {
    rooms.add(1, "coven");
    rooms.affiliate(1, "hag@x.test", {
      affiliation: "owner",
      nick: "Hag",
      reason: "old",
      invited: true,
      leftAt: 7,
    });
    rooms.seat(1, "a@x.test/1", "a", { presentAt: 3, role: "moderator", isShown: false, presence: "<x/>" });
    rooms.seat(1, "b@x.test/1", "b", { presentAt: 1 });
    rooms.seat(1, "b@x.test/2", "b", { presentAt: 2 });
    rooms.store.setChanging(1, "{}");
    const loaded = rooms.store.load("coven");
    expect(loaded?.affiliations).to.deep.equal([
      {
        jid: "hag@x.test",
        affiliation: "owner",
        since: 1,
        nick: "Hag",
        reason: "old",
        invited: true,
        leftAt: 7,
      },
    ]);
    expect(loaded?.occupants.map(({ jid }) => jid)).to.deep.equal(["b@x.test/1", "b@x.test/2", "a@x.test/1"]);
    const last = { role: "moderator", isShown: false, presence: "<x/>", presentAt: 3, nick: "a" };
    expect(loaded?.occupants[2]).to.include(last);
    expect(loaded?.changing).to.equal("{}");
    expect(rooms.store.countOccupants(1)).to.equal(2);
    expect(rooms.store.changing()).to.deep.equal(["coven"]);
    rooms.store.setChanging(1, undefined);
    expect(rooms.store.changing()).to.deep.equal([]);
    rooms.store.removeOccupant(1, "b@x.test/1");
    rooms.store.removeAffiliation(1, "hag@x.test");
    expect(rooms.store.load("coven")).to.deep.include({ affiliations: [], changing: undefined });
    expect(rooms.store.load("coven")?.occupants).to.have.lengthOf(2);
  });

  it("don't invite those again who were all invited", () => {
    rooms.add(1, "coven");
    rooms.add(2, "heath");
    for (const room of [1, 2]) for (const jid of ["a", "b"]) rooms.affiliate(room, jid, { leftAt: 5 });
    rooms.store.setAllInvited(1, ["a"]);
    const left = ["coven", "heath"].flatMap((name) => rooms.store.load(name)?.affiliations ?? []);
    expect(left.map(({ invited, leftAt }) => [invited, leftAt])).to.deep.equal([
      [true, undefined],
      [false, 5],
      [false, 5],
      [false, 5],
    ]);
  });

  it("that stay locked are found from a time on, the oldest first", () => {
    for (const [id, createdAt, locked] of [
      [1, 30, true],
      [2, 10, true],
      [3, 20, false],
      [4, 40, true],
    ] as const)
      rooms.store.put({
        ...{ id, name: `r${id}`, secret: Buffer.alloc(16), createdAt, locked, listed: false },
        ...{ options: "{}", subject: undefined },
      });
    expect(rooms.store.lockedSince(40, 9)).to.deep.equal(["r2", "r1"]);
    expect(rooms.store.lockedSince(40, 1)).to.deep.equal(["r2"]);
  });

  it("are counted for their owner, up to a limit", () => {
    for (const id of [1, 2, 3, 4]) rooms.add(id, `r${id}`);
    for (const room of [1, 2, 3]) rooms.affiliate(room, "hag@x.test", { affiliation: "owner" });
    rooms.affiliate(4, "hag@x.test", { affiliation: "admin" });
    expect([rooms.store.countOwned("hag@x.test", 9), rooms.store.countOwned("hag@x.test", 2)]).to.deep.equal([
      3, 2,
    ]);
  });

  it("are deleted at once if they are small, in steps if they are large, and never seen meanwhile", () => {
    rooms.add(1, "small", {}, true);
    for (let n = 0; n < 50; n += 1) rooms.seat(1, `u${n}@x.test/1`, `u${n}`);
    rooms.store.remove(1);
    expect([rows("occupants", 1), rooms.store.prune()]).to.deep.equal([0, false]);

    for (const table of ["affiliations", "occupants", "archive"]) {
      rooms.add(2, "large", {}, true);
      rooms.store.setChanging(2, "{}");
      for (let n = 0; n < 51; n += 1)
        if (table === "affiliations") rooms.affiliate(2, `u${n}@x.test`, { affiliation: "owner" });
        else if (table === "occupants") rooms.seat(2, `u${n}@x.test/1`, `u${n}`);
        else
          rooms.db
            .prepare(
              `INSERT INTO archive (id, room, kept, said, sender, nick, stanza)
          VALUES (?, 2, 1, 1, '', '', '')`,
            )
            .run(n);
      rooms.store.remove(2);
      expect(rows(table, 2), "not at once").to.equal(51);
      expect([rooms.store.find("large"), rooms.store.count(), rooms.store.countListed()]).to.deep.equal([
        undefined,
        0,
        0,
      ]);
      expect(rooms.store.sessionsAfter({ room: 0, jid: "" }, 99)).to.deep.equal([]);
      expect(rooms.store.countOwned("u1@x.test", 9)).to.equal(0);
      expect(rooms.store.changing()).to.deep.equal([]);
      rooms.add(3, "large");
      let steps = 0;
      while (rooms.store.prune()) steps += 1;
      expect(steps).to.equal({ affiliations: 2, occupants: 2, archive: 4 }[table]);
      expect(rows(table, 2)).to.equal(0);
      expect(names([rooms.store.find("large")].flatMap((room) => room ?? []))).to.deep.equal(["large"]);
      rooms.store.remove(3);
    }
  });

  it("list their sessions in pages by room and address", () => {
    for (const id of [1, 2]) rooms.add(id, `r${id}`);
    for (const [room, jid] of [
      [2, "a/1"],
      [1, "b/1"],
      [1, "a/1"],
    ] as const)
      rooms.seat(room, jid, jid);
    const after = (room: number, jid: string, limit = 9): string[] =>
      rooms.store.sessionsAfter({ room, jid }, limit).map((one) => `${one.name} ${one.jid}`);
    expect(after(0, "")).to.deep.equal(["r1 a/1", "r1 b/1", "r2 a/1"]);
    expect(after(1, "a/1")).to.deep.equal(["r1 b/1", "r2 a/1"]);
    expect(after(1, "b/1", 1)).to.deep.equal(["r2 a/1"]);
    expect(after(0, "", 2)).to.deep.equal(["r1 a/1", "r1 b/1"]);
  });
});
