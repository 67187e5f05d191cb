import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import { RoomsOverview, type RoomsFilter } from "../../storage/rooms-overview.js";
import { RoomsStore } from "../../storage/rooms-store.js";
import { Folder } from "../support/folder.js";

const BOSS = "boss@x.test";
const ALL: RoomsFilter = { listed: false, limit: 100 };

describe("Operators' lists of rooms", () => {
  let folder: Folder;
  let db: Database;
  let overview: RoomsOverview;
  beforeEach(() => {
    folder = new Folder();
    db = openDatabase(folder.at("qtalk.db"));
    overview = new RoomsOverview(db);
  });
  afterEach(() => {
    db.close();
    folder.remove();
  });

  const add = (id: number, name: string, title = "", listed = false): void => {
    const options = JSON.stringify({ name: title });
    const room = { id, name, secret: Buffer.alloc(16), createdAt: 0, locked: false, listed, options };
    new RoomsStore(db).put({ ...room, subject: undefined });
  };
  const join = (room: number, jid: string, affiliation: "owner" | "admin" | "member" | "outcast"): void => {
    const one = { jid, affiliation, since: room, nick: undefined, reason: undefined, invited: false };
    new RoomsStore(db).putAffiliation(room, one);
  };
  const seat = (room: number, jid: string, nick: string): void => {
    const one = { jid, nick, role: "visitor" as const, presence: "", presentAt: 1, isShown: true };
    new RoomsStore(db).putOccupant(room, one);
  };
  const names = (rooms: readonly { readonly name: string }[]): string[] => rooms.map(({ name }) => name);
  const listed = (filter: Partial<RoomsFilter> = {}, after = ""): string[] =>
    names(overview.list({ ...ALL, ...filter }, after));

  it("can be limited to a user's rooms and to listed rooms", () => {
    add(1, "owned", "", true);
    add(2, "joined");
    add(3, "banned", "", true);
    join(1, BOSS, "owner");
    join(2, BOSS, "member");
    join(3, BOSS, "outcast");
    expect(listed({ owner: BOSS })).to.deep.equal(["owned"]);
    expect(listed({ member: BOSS })).to.deep.equal(["joined", "owned"]);
    expect(listed({ listed: true })).to.deep.equal(["banned", "owned"]);
    expect(listed({ member: BOSS, listed: true })).to.deep.equal(["owned"]);
  });

  it("exclude rooms that are being deleted", () => {
    add(1, "gone", "旧", true);
    for (let n = 0; n < 200; n += 1) join(1, `u${n}@x.test`, "owner");
    new RoomsStore(db).remove(1);
    expect(new RoomsStore(db).prune(), "some of it is left").to.equal(true);
    expect(listed()).to.deep.equal([]);
    expect(listed({ owner: "u1@x.test" })).to.deep.equal([]);
  });

  it("count archived messages", () => {
    add(1, "room");
    expect(overview.archiveOf(1)).to.deep.equal({ messages: 0, first: undefined, last: undefined });
    db.exec(`INSERT INTO archive (id, room, kept, said, sender, nick, stanza)
      VALUES (5, 1, 1, 1, 'a', 'a', '会议'), (6, 1, 0, 1, 'a', 'a', '会议'), (7, 1, 1, 1, 'a', 'a', '会议')`);
    expect(overview.archiveOf(1)).to.deep.equal({ messages: 2, first: 5, last: 7 });
  });

  it("come in pages, sorted by name", () => {
    for (const [index, name] of ["c", "a", "b"].entries()) add(index + 1, name);
    expect(listed({ limit: 2 })).to.deep.equal(["a", "b"]);
    expect(listed({}, "a")).to.deep.equal(["b", "c"]);
    expect([overview.occupied(), overview.occupants]).to.deep.equal([[], 0]);
    for (const [room, jid] of [
      [2, "u@x.test/1"],
      [1, "u@x.test/1"],
      [1, "v@x.test/1"],
    ] as const)
      seat(room, jid, jid.slice(0, 1));
    expect([overview.occupied(), overview.occupants]).to.deep.equal([["a", "c"], 3]);
  });

  it("show a room's users by address, and who of them is inside", () => {
    add(1, "room");
    add(2, "other");
    for (const user of ["c", "a", "b"]) join(1, `${user}@x.test`, user === "b" ? "outcast" : "member");
    join(2, "a@x.test", "owner");
    seat(1, "a@x.test/1", "a");
    seat(2, "c@x.test/1", "c");
    seat(1, "c@x.testing/1", "other");
    const users = (wanted: Partial<Parameters<RoomsOverview["usersOf"]>[1]> = {}): unknown =>
      overview.usersOf(1, { limit: 9, ...wanted }).map(({ user, inside }) => [user.slice(0, 1), inside]);
    expect(users()).to.deep.equal([
      ["a", true],
      ["b", false],
      ["c", false],
    ]);
    expect(users({ limit: 1 })).to.deep.equal([["a", true]]);
    expect(users({ after: "a@x.test", affiliation: "member" })).to.deep.equal([["c", false]]);
    expect(overview.sizeOf(1)).to.deep.equal({
      affiliations: { owner: 0, admin: 0, member: 2, outcast: 1 },
      sessions: 2,
    });
  });

  it("show a room's occupants by nickname, each with all sessions", () => {
    add(1, "room");
    join(1, "a@x.test", "owner");
    for (const [jid, nick] of [
      ["a@x.test/1", "Zed"],
      ["a@x.test/2", "Zed"],
      ["b@x.test/1", "Amy"],
    ] as const)
      seat(1, jid, nick);
    const amy = { nick: "Amy", user: "b@x.test", affiliation: "none", role: "visitor", sessions: 1 };
    const zed = { nick: "Zed", user: "a@x.test", affiliation: "owner", role: "visitor", sessions: 2 };
    expect(overview.occupantsOf(1, { limit: 9 })).to.deep.equal([amy, zed]);
    expect(overview.occupantsOf(1, { limit: 1 })).to.deep.equal([amy]);
    expect(overview.occupantsOf(1, { limit: 9, after: "Amy" })).to.deep.equal([zed]);
  });

  it("use indexes, without scanning rooms or affiliations", () => {
    const statements: string[] = [];
    const prepare = db.prepare.bind(db);
    const watching = (sql: string): unknown => {
      statements.push(sql);
      return prepare(sql);
    };
    Object.defineProperty(db, "prepare", { value: watching });
    overview = new RoomsOverview(db);
    for (const filter of [{}, { listed: true }, { owner: BOSS }, { member: BOSS }]) listed(filter);
    listed({ listed: true, owner: BOSS, member: BOSS }, "r");
    overview.archiveOf(1);
    expect(statements).to.have.lengthOf(6);
    for (const sql of statements) {
      const explained = prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
      const bound = sql.includes("@") ? { after: "", owner: BOSS, member: BOSS, limit: 1 } : 1;
      const plan = explained.all(bound).map(({ detail }) => detail);
      expect(
        plan.filter((step) => step.startsWith("SCAN")),
        sql,
      ).to.deep.equal([]);
    }
  });
});
