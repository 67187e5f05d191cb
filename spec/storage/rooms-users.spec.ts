import { expect } from "chai";
import { ImportStore } from "../../storage/import-store.js";
import { RoomTombstones } from "../../storage/room-tombstones.js";
import { UserRemovals } from "../../storage/user-removals.js";
import { RoomsActivity, RoomsInvitations, ServiceAdminsStore } from "../../storage/rooms-users.js";
import { StoredRooms } from "../support/stored-rooms.js";

const HAG = "hag@x.test";

describe("Stored users of rooms", () => {
  let rooms: StoredRooms;
  beforeEach(() => {
    rooms = new StoredRooms();
    for (const [index, name] of ["coven", "heath", "moor", "fen"].entries()) rooms.add(index + 1, name);
  });
  afterEach(() => rooms[Symbol.dispose]());

  const names = (found: readonly { readonly name: string }[]): string[] => found.map(({ name }) => name);
  const message = (room: number, id: number): void => {
    const sql =
      "INSERT INTO archive (id, room, kept, said, sender, nick, stanza) VALUES (?, ?, 1, 1, '', '', '')";
    rooms.db.prepare(sql).run(id, room);
  };

  it("have the newest thousand invitations to a room", () => {
    const invitations = new RoomsInvitations(rooms.db);
    const invite = (n: number, room = 1, at = n): void =>
      invitations.put(room, at, { invited: `u${n}@x.test`, inviter: HAG, shown: "hag" });
    const isThere = (n: number, room = 1): boolean => invitations.of(room, `u${n}@x.test`).length > 0;
    rooms.db.transaction(() => {
      invite(5, 2);
      for (let n = 2; n <= 1_001; n += 1) invite(n);
      expect(isThere(2), "a thousand").to.equal(true);
      invite(1, 1, 5_000);
    })();
    expect([isThere(1), isThere(2), isThere(3), isThere(5, 2)]).to.deep.equal([true, false, true, true]);
    invitations.put(1, 9_000, { invited: "u3@x.test", inviter: HAG, shown: "again" });
    invitations.put(1, 9_000, { invited: "u3@x.test", inviter: "crone@x.test", shown: "crone" });
    expect(invitations.of(1, "u3@x.test")).to.have.deep.members([
      { invited: "u3@x.test", inviter: HAG, shown: "again" },
      { invited: "u3@x.test", inviter: "crone@x.test", shown: "crone" },
    ]);
    invitations.remove(1, { invited: "u3@x.test", inviter: HAG, shown: "" });
    expect(invitations.of(1, "u3@x.test").map(({ shown }) => shown)).to.deep.equal(["crone"]);
  });

  it("hear of rooms with messages since they were inside, or became members", () => {
    const activity = new RoomsActivity(rooms.db);
    const active = (after = 0, limit = 9): string[] =>
      names(activity.active({ account: HAG, session: `${HAG}/cave`, after }, limit));
    for (const room of [1, 2, 3, 4]) {
      rooms.affiliate(room, HAG, { since: 10 });
      message(room, 10 + room);
    }
    expect(active()).to.deep.equal(["coven", "heath", "moor", "fen"]);
    expect(active(1, 2)).to.deep.equal(["heath", "moor"]);
    activity.setSeen(1, HAG, 11, undefined);
    activity.setSeen(2, HAG, 11, 11);
    expect(active()).to.deep.equal(["heath", "moor", "fen"]);
    const left = rooms.store.load("heath")?.affiliations[0];
    expect(left).to.include({ invited: true, leftAt: 11 });
    expect(rooms.store.load("coven")?.affiliations[0]).to.include({ invited: true, leftAt: undefined });
    rooms.affiliate(2, HAG, { since: 12, affiliation: "owner" });
    rooms.seat(3, `${HAG}/cave`, "hag");
    rooms.seat(4, `${HAG}/other`, "hag");
    expect(active()).to.deep.equal(["fen"]);
    rooms.affiliate(4, HAG, { affiliation: "outcast" });
    expect(active()).to.deep.equal([]);
    expect([activity.belongs(HAG), activity.belongs("no@x.test")]).to.deep.equal([true, false]);
    for (const room of [1, 2, 3]) rooms.affiliate(room, HAG, { affiliation: "outcast" });
    expect(activity.belongs(HAG)).to.equal(false);
  });

  it("subscribe and unsubscribe sessions", () => {
    const activity = new RoomsActivity(rooms.db);
    for (const [session, isWanted] of [
      ["a/1", true],
      ["a/2", true],
      ["a/1", true],
      ["a/2", false],
    ] as const)
      activity.set(session, isWanted);
    expect(activity.all()).to.deep.equal(["a/1"]);
  });

  it("who are service administrators are found in the rooms that they are in", () => {
    const admins = new ServiceAdminsStore(rooms.db);
    admins.set(HAG, true);
    admins.set("crone@x.test", true);
    admins.set(HAG, false);
    expect(admins.all()).to.deep.equal(["crone@x.test"]);
    rooms.seat(1, `${HAG}/a`, "hag");
    rooms.seat(1, `${HAG}/b`, "hag");
    rooms.seat(3, `${HAG}/a`, "hag");
    rooms.seat(2, `${HAG}pipe/a`, "other");
    rooms.seat(4, HAG.slice(1) + "/a", "other");
    expect(admins.roomsWith(HAG)).to.have.members(["coven", "moor"]).with.lengthOf(2);
  });

  it("are removed from rooms to which they belonged when that was requested", () => {
    const removals = new UserRemovals(rooms.db);
    const left = (requestedAt: number, limit = 9): string[] =>
      names(removals.roomsLeft({ jid: HAG, requestedAt }, limit));
    for (const room of [1, 2, 3]) rooms.affiliate(room, HAG, { since: room * 10 });
    rooms.affiliate(4, HAG, { affiliation: "outcast" });
    expect(left(20)).to.deep.equal(["coven", "heath"]);
    expect(left(19)).to.deep.equal(["coven"]);
    expect(left(99)).to.deep.equal(["coven", "heath", "moor"]);
    expect(left(99, 1)).to.deep.equal(["coven"]);
    expect(removals.newest()).to.equal(0);
    removals.put({ jid: HAG, requestedAt: 20, keepsRooms: true });
    removals.put({ jid: "crone@x.test", requestedAt: 10, keepsRooms: false });
    expect(removals.newest()).to.equal(20);
    expect(removals.all().map(({ jid }) => jid)).to.deep.equal(["crone@x.test", HAG]);
    removals.put({ jid: HAG, requestedAt: 30, keepsRooms: false });
    expect(removals.end({ jid: HAG, requestedAt: 20 }), "requested again").to.equal(false);
    expect(removals.all()[1]).to.deep.equal({ jid: HAG, requestedAt: 30, keepsRooms: false });
    expect(removals.end({ jid: HAG, requestedAt: 30 })).to.equal(true);
    expect(removals.all()).to.have.lengthOf(1);
  });

  it("keep the addresses of destroyed rooms until the tombstones are old, the oldest first", () => {
    const tombstones = new RoomTombstones(rooms.db);
    const bury = (name: string, destroyedAt: number): void =>
      tombstones.put({ name, destroyedAt, owners: [HAG], alternative: undefined, reason: "fire" });
    bury("b", 2);
    bury("a", 3);
    bury("c", 1);
    expect(tombstones.find("a")).to.deep.include({ owners: [HAG], reason: "fire", destroyedAt: 3 });
    expect(tombstones.prune(3, 1)).to.equal(1);
    expect([tombstones.find("c"), tombstones.find("b")?.name]).to.deep.equal([undefined, "b"]);
    expect(tombstones.prune(3, 9)).to.equal(1);
    expect(tombstones.find("a")?.name).to.equal("a");
    tombstones.remove("a");
    expect(tombstones.find("a")).to.equal(undefined);
  });

  it("are imported with the highest of their affiliations, but not if they are banned", () => {
    const store = new ImportStore(rooms.db);
    const raise = (affiliation: "owner" | "admin" | "member" | "outcast"): boolean =>
      store.raise({ room: 1, jid: HAG, affiliation, since: 1 });
    const result = (["member", "outcast", "admin", "member", "owner", "admin", "owner"] as const).map(raise);
    expect(result).to.deep.equal([true, false, true, false, true, false, false]);
    expect(rooms.store.load("coven")?.affiliations[0]?.affiliation).to.equal("owner");
    expect([store.addMember(1, HAG, 1), store.addMember(2, HAG, 1)]).to.deep.equal([false, true]);
    expect(rooms.store.load("coven")?.affiliations[0]?.affiliation).to.equal("owner");
    expect(store.countOwnerless()).to.equal(3);
    const banned = { room: 1, jid: "crone@x.test", since: 1 };
    const again = (["outcast", "member", "owner"] as const).map((affiliation) =>
      store.raise({ ...banned, affiliation }),
    );
    expect(again).to.deep.equal([true, false, false]);
  });
});
