import { expect } from "chai";
import { addMucUser, mucUsers } from "../../../../component/operations/members.js";
import { clearStaff } from "../../../../component/operations/users.js";
import { sendThirdMessage } from "../../../../component/operations/send-thirdmessage.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { Refusal } from "../../../../component/refusal.js";
import { CRONE, crone, DOMAIN, HAG, hag, onStage, WICCA } from "../play.js";
import { callsOn } from "./calling.js";

const HOST = "qtalk.test.org";
const ROOMS = 400;

describe("removing a user from very many rooms (clear_staff)", () => {
  const play = onStage();
  beforeEach(async () => {
    const db = openDatabase(":memory:");
    fill(db);
    await play.begins({ db });
  });

  /** So many rooms; the hag owns those of even numbers and is a member of the others, which the crone owns. */
  function fill(db: Database): void {
    const options = JSON.stringify({ persistent: true, membersOnly: true, whois: "anyone" });
    const room = db.prepare(
      "INSERT INTO rooms (id, name, secret, created_at, locked, listed, options) VALUES (?, ?, ?, 0, 0, 0, ?)",
    );
    const member = db.prepare("INSERT INTO affiliations (room, jid, affiliation, since) VALUES (?, ?, ?, ?)");
    db.transaction(() => {
      for (let id = 1; id <= ROOMS; id++) {
        room.run(id, `room-${id}`, Buffer.alloc(16, id), options);
        member.run(id, HAG, id % 2 === 0 ? "owner" : "member", 1);
        member.run(id, CRONE, id % 2 === 0 ? "member" : "owner", 2);
      }
    })();
  }

  const room = (id: number) => ({ id: `room-${id}`, domain: DOMAIN });
  const clear = (...users: string[]) => clearStaff(play.context, { users, host: HOST });
  const add = (id: number, member: string) =>
    addMucUser(play.context, { room: room(id), actor: "crone1", members: [member] });
  const roomsOf = (jid: string): unknown[] =>
    play.db
      .prepare("SELECT name FROM affiliations JOIN rooms ON id = room WHERE jid = ? ORDER BY id")
      .pluck()
      .all(jid);
  const pending = (): unknown[] =>
    play.db.prepare("SELECT jid FROM user_removals ORDER BY jid").pluck().all();
  const members = async (id: number): Promise<string[]> => {
    const users = await mucUsers(play.context, room(id));
    return users instanceof Refusal ? [users.message] : users.map(({ user }) => user);
  };
  /** When it is noted who leaves, and before all their rooms are worked off. */
  const begun = async (): Promise<void> => {
    while (pending().length === 0) await new Promise(setImmediate);
    expect(roomsOf(HAG)).to.not.deep.equal([]);
  };

  it("is complete when the call is answered, and every room has an owner", async () => {
    expect(await clear("hag66")).to.deep.equal({ delivery: "confirmed" });
    expect(roomsOf(HAG)).to.deep.equal([]);
    expect(pending()).to.deep.equal([]);
    expect(play.log.about("Continuing"), "there was nothing to continue").to.deep.equal([]);
    const owners = play.db.prepare("SELECT count(*) FROM affiliations WHERE affiliation = 'owner'").pluck();
    expect(owners.get()).to.equal(ROOMS);
    expect(play.service.rooms.loaded).to.equal(0);
  });

  it("is visible in every room as soon as it is stored", async () => {
    const cleared = clear("hag66");
    await begun();
    expect(await members(ROOMS)).to.deep.equal(["crone1"]);
    const message = "<message type='groupchat'><body>still here</body></message>";
    const said = await sendThirdMessage(play.context, [
      { from: "hag66", to: `room-${ROOMS - 1}@${DOMAIN}`, message },
    ]);
    expect(said).to.have.property("message", "User not in Room");
    await cleared;
  });

  it("is announced to everybody inside before later messages", async () => {
    const last = `room-${ROOMS}@${DOMAIN}`;
    await play.enters(hag, "hag", "", last);
    await play.enters(crone, "crone", "", last);
    play.hush();
    const cleared = clear("hag66");
    await begun();
    await play.says(crone, "gone?", "m1", last);
    await cleared;
    play.receives(
      hag,
      `presence room-${ROOMS}/crone owner/moderator`,
      `presence room-${ROOMS}/hag unavailable none/none 321 110`,
    );
    play.receives(
      crone,
      `presence room-${ROOMS}/crone owner/moderator 110`,
      `presence room-${ROOMS}/hag unavailable none/none 321`,
      `message room-${ROOMS}/crone groupchat "gone?"`,
    );
  });

  it("leaves memberships alone that are granted meanwhile, in any room", async () => {
    const cleared = clear("hag66");
    await begun();
    await add(1, "hag66");
    await add(ROOMS, "hag66");
    play.service.rooms.sweep(Infinity);
    for (const id of [1, ROOMS]) expect(await members(id)).to.deep.equal(["crone1", "hag66"]);
    await cleared;
    expect(roomsOf(HAG)).to.deep.equal(["room-1", `room-${ROOMS}`]);
  });

  it("leaves memberships alone that are granted meanwhile to a banned user", async () => {
    play.db.exec(
      `UPDATE affiliations SET affiliation = 'outcast' WHERE room = ${ROOMS - 1} AND jid = '${HAG}'`,
    );
    const cleared = clear("hag66");
    await begun();
    const item = `<item affiliation="member" jid="${HAG}"/>`;
    const query = `<query xmlns="http://jabber.org/protocol/muc#admin">${item}</query>`;
    await play.asks(crone, "set", query, `room-${ROOMS - 1}@${DOMAIN}`);
    play.service.rooms.sweep(Infinity);
    await cleared;
    expect(roomsOf(HAG)).to.deep.equal([`room-${ROOMS - 1}`]);
  });

  it("ends these memberships, too, if the call is repeated", async () => {
    const first = clear("hag66");
    await begun();
    await add(1, "hag66");
    const second = clear("hag66");
    expect(await Promise.all([first, second])).to.deep.equal([
      { delivery: "confirmed" },
      { delivery: "confirmed" },
    ]);
    expect(roomsOf(HAG)).to.deep.equal([]);
    expect(await clear("hag66")).to.have.property("delivery");
    expect(pending()).to.deep.equal([]);
  });

  it("hands no room to a user who is being removed as well", async () => {
    play.db
      .exec(`INSERT INTO affiliations (room, jid, affiliation, since) SELECT room, '${WICCA}', 'member', 3 FROM affiliations
      WHERE jid = '${HAG}' AND room % 4 = 0`);
    await Promise.all([clear("hag66"), clear("crone1")]);
    expect([roomsOf(HAG), roomsOf(CRONE)]).to.deep.equal([[], []]);
    expect(roomsOf(WICCA)).to.have.length(ROOMS / 4);
    expect(play.count("rooms")).to.equal(ROOMS / 4);
    expect(play.service.rooms.count).to.equal(ROOMS / 4);
  });

  it("doesn't delay the removal of a user with one room", async () => {
    await callsOn(() => play).create({ room: { id: "late", domain: DOMAIN }, actor: "wiccarocks" });
    const order: string[] = [];
    const first = clear("hag66").then(() => order.push("hag"));
    await begun();
    await Promise.all([first, clear("wiccarocks").then(() => order.push("wicca"))]);
    expect(order).to.deep.equal(["wicca", "hag"]);
  });

  it("continues after a restart", async () => {
    void clear("hag66");
    await begun();
    play.close();
    await new Promise(setImmediate);
    const left = roomsOf(HAG).length;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(roomsOf(HAG), "nobody goes on").to.have.length(left);
    expect(left).to.be.greaterThan(0);
    await play.begins({ db: play.db });
    expect(play.log.about("Continuing to remove 1 user from rooms")).to.have.length(1);
    expect(await members(ROOMS)).to.deep.equal(["crone1"]);
    await play.until(() => (pending().length === 0 ? true : undefined));
    expect(roomsOf(HAG)).to.deep.equal([]);
  });

  it("doesn't begin, and keeps keys, if the disk refuses it", async () => {
    play.fillsDisk("INSERT ON user_removals");
    expect(await clear("hag66")).to.have.property("errcode", 5);
    expect(play.revoked).to.deep.equal([]);
    expect(await members(1)).to.deep.equal(["hag66", "crone1"]);
    expect(roomsOf(HAG)).to.have.length(ROOMS);
  });

  it("completes later if the disk refuses a room at first", async () => {
    play.fillsDisk("DELETE ON affiliations");
    const cleared = clear("hag66");
    await begun();
    const troubles = (): number => play.log.about("is read from the disk again").length;
    await play.until(() => (troubles() > 0 ? true : undefined));
    const [before, started] = [troubles(), performance.now()];
    for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
    const seconds = (performance.now() - started) / 1000;
    expect(troubles() - before, "twenty rooms at a time, once a second").to.be.at.most(40 * (1 + seconds));
    play.freesDisk();
    await cleared;
    expect(roomsOf(HAG)).to.deep.equal([]);
  });
});
