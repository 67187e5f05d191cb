/** What changes a room: the same is in memory and on the disk, and told to whoever watches. */
import { expect } from "chai";
import { Jid, type AccountJid, type BareJid, type FullJid } from "../../../../component/address.js";
import { optionsOfEntered } from "../../../../component/muc/room/options.js";
import type { Room } from "../../../../component/muc/room/room.js";
import type { RoomView } from "../../../../component/muc/room/room-view.js";
import { UNWATCHED } from "../../../../component/muc/room/watch.js";
import type { Transaction } from "../../../../component/muc/transaction.js";
import { readNick } from "../../../../component/nick.js";
import { CRONE, crone, HAG, hag, Play, ROOM, WICCA } from "../play.js";

const bare = (text: string): BareJid => Jid.parse(text) as BareJid;
const full = (text: string): FullJid => Jid.parse(text) as FullJid;
const jid = Jid.parse(ROOM) as AccountJid;
const as = (name: string, presence = "") =>
  ({ nick: readNick(name, 64)!, role: "participant", presence }) as const;

describe("A change of a room", () => {
  let play: Play;
  /** Who became a member, and who is none any more. */
  let told: string[];
  beforeEach(async () => {
    told = [];
    const watch = {
      ...UNWATCHED,
      joined: (_: unknown, who: readonly string[]) => void told.push(`+${who.join()}`),
      left: (_: unknown, who: readonly string[]) => void told.push(`-${who.join()}`),
    };
    play = await new Play({ watch }).ready();
    const { rooms, config } = play.service.context;
    await inTransaction((transaction) =>
      rooms.create(transaction, jid, { options: optionsOfEntered(config), locked: true }),
    );
    await changes((room, transaction) => room.setAffiliation(transaction, bare(HAG), "owner"));
    told.length = 0;
  });
  afterEach(() => play.close());

  const inTransaction = async (work: (transaction: Transaction) => unknown): Promise<void> => {
    const { transactions } = play.service.context;
    const [transaction] = transactions.run(undefined, work);
    await transactions.commit(transaction);
  };
  const found = (): Room => play.service.context.rooms.get(jid);
  const seen = (room: RoomView) => ({
    is: [room.options, room.isLocked, room.subject, room.pictures, room.createdAt],
    id: room.occupantIdOf(bare(HAG)),
    members: [...room.members.all()].sort((one, other) => one.jid.localeCompare(other.jid)),
    inside: [...room.occupants.values()].map(({ nick, role, affiliation, presence, sessions }) => ({
      ...{ nick, role, affiliation, presence },
      sessions: [...sessions].map(([at, session]) => [at, session.presence, session.presentAt]),
    })),
    absent: [...room.absentMembers].sort(),
  });
  /** Makes it, and sees that another process would find the room as this one has it. */
  const changes = async (change: (room: Room, transaction: Transaction) => void): Promise<Room> => {
    const room = found();
    const before = JSON.stringify(seen(room));
    await inTransaction((transaction) => change(room, transaction));
    const after = seen(room);
    expect(JSON.stringify(after), "nothing has changed").not.to.equal(before);
    play.service.rooms.sweep(Infinity);
    const again = found();
    expect(again).not.to.equal(room);
    expect(seen(again)).to.deep.equal(after);
    return again;
  };
  const member = (who: string) => found().members.get(who);

  it("is there after a restart: options, the lock, the subject and the pictures", async () => {
    await changes((room, to) => room.configure(to, { ...room.options, name: "Cave", public: true }));
    const listed = play.db.prepare("SELECT listed FROM rooms").pluck();
    expect(listed.get(), "nobody may enter yet").to.equal(0);
    await changes((room, to) => room.unlock(to));
    expect(listed.get()).to.equal(1);
    await changes((room, to) => room.setSubject(to, { xml: "<subject>Brew</subject>", nick: "hag", at: 1 }));
    await changes((room, to) => room.setVcard(to, { vcard: "<vCard/>", pictures: ["aa", "bb"] }));
    await changes((room, to) => room.setVcard(to, undefined));
    expect(play.db.prepare("SELECT count(*) FROM room_vcards").pluck().get()).to.equal(0);
  });

  it("is there after a restart: who is what, since when, and under which nickname", async () => {
    await changes((room, to) =>
      room.setAffiliation(to, bare(CRONE), "member", { nick: "crone", reason: "old" }),
    );
    const since = member(CRONE)?.since;
    expect(since).to.be.above(0);
    await changes((room, to) => room.setAffiliation(to, bare(CRONE), "admin"));
    expect(member(CRONE)).to.include({ affiliation: "admin", nick: "crone", since, reason: undefined });
    await changes((room, to) => room.reserve(to, room.members.get(CRONE)!, "witch"));
    expect(member(CRONE)).to.include({ affiliation: "admin", nick: "witch", since });
    await changes((room, to) => room.setAffiliation(to, bare(CRONE), "admin", { nick: "" }));
    expect(member(CRONE)?.nick).to.equal(undefined);
    await changes((room, to) => room.setAffiliation(to, bare(CRONE), "outcast", { nick: "crone" }));
    expect(member(CRONE)?.nick, "whoever is banned").to.equal(undefined);
    expect(member(CRONE)?.since).to.equal(since);
    await changes((room, to) => room.setAffiliation(to, bare(CRONE), "member"));
    expect(member(CRONE)?.since, "who comes anew").to.be.above(since ?? 0);
    await changes((room, to) => room.setAffiliation(to, bare(CRONE), "none"));
    expect(member(CRONE)).to.equal(undefined);
  });

  it("tells of those who become members and of those who are none any more, once", async () => {
    const set = (affiliation: "admin" | "member" | "none" | "outcast" | "owner") =>
      inTransaction((to) => found().setAffiliation(to, bare(CRONE), affiliation));
    for (const affiliation of ["none", "outcast", "member", "admin", "owner", "none", "none"] as const)
      await set(affiliation);
    expect(told).to.deep.equal([`+${CRONE}`, `-${CRONE}`]);
    told.length = 0;
    await changes((room, to) => room.addMembers(to, [WICCA, CRONE]));
    await set("outcast");
    await changes((room, to) => room.removeMembers(to, [CRONE, WICCA, "nobody@h"]));
    expect(told).to.deep.equal([`+${WICCA},${CRONE}`, `-${CRONE}`, `-${WICCA}`]);
  });

  it("makes very many members at once in their order, after all others", async () => {
    await changes((room, to) => room.addMembers(to, [WICCA, CRONE]));
    expect(found().members.atLeastMembers()).to.deep.equal(
      [HAG, WICCA, CRONE].map((who) => found().members.get(who)),
    );
    await changes((room, to) => room.removeMembers(to, [WICCA, CRONE]));
    expect(found().members.size).to.equal(1);
  });

  it("gives those inside what an account or its whole domain is now, whatever they were before", async () => {
    await inTransaction((to) => found().enter(to, full(crone), as("crone")));
    await changes((room, to) => room.setAffiliation(to, bare(CRONE), "admin"));
    expect(found().sessions.get(crone)?.affiliation).to.equal("admin");
    await changes((room, to) => room.setAffiliation(to, bare(CRONE), "none"));
    await changes((room, to) => room.setAffiliation(to, bare("qtalk.test.org"), "outcast"));
    expect(found().sessions.get(crone)?.affiliation).to.equal("outcast");
  });

  it("is there after a restart: who is inside, with which sessions, presence, role and nickname", async () => {
    const phone = `${CRONE}/phone`;
    await changes((room, to) => room.enter(to, full(crone), as("crone", "<show>away</show>")));
    await changes((room, to) => room.enter(to, full(phone), as("crone", "<show>dnd</show>")));
    const occupant = (room: Room) => room.sessions.get(crone)!;
    await changes((room, to) => room.setPresence(to, occupant(room), crone, "<show>chat</show>"));
    expect(occupant(found()).presence).to.equal("<show>chat</show>");
    await changes((room, to) => room.setRole(to, occupant(room), "visitor"));
    await changes((room, to) => room.rename(to, occupant(room), readNick("witch", 64)!));
    expect(occupant(found()).jid.text).to.equal(`${ROOM}/witch`);
    await changes((room, to) => room.leave(to, crone));
    expect([...found().sessions.keys()]).to.deep.equal([phone]);
    await changes((room, to) => room.leave(to, phone));
    expect(found().occupants.size).to.equal(0);
  });

  it("counts among those who are to be invited the members who aren't inside and weren't invited yet", async () => {
    const absent = (): readonly string[] => found().absentMembers;
    await changes((room, to) => room.setAffiliation(to, bare(CRONE), "member"));
    expect(absent()).to.have.members([HAG, CRONE]);
    await changes((room, to) => room.stopInviting(to, [CRONE, "nobody@h"]));
    expect([absent(), found().isAbsentMember(CRONE)]).to.deep.equal([[HAG], false]);
    await changes((room, to) => room.setAffiliation(to, bare(CRONE), "admin"));
    expect(absent(), "another rank is no reason").to.deep.equal([HAG]);
    await changes((room, to) => room.enter(to, full(crone), as("crone")));
    await changes((room, to) => room.leave(to, crone));
    expect(absent(), "whoever was inside meanwhile").to.have.members([HAG, CRONE]);
    await changes((room, to) => room.enter(to, full(hag), as("hag")));
    await changes((room, to) => room.setAffiliation(to, bare(CRONE), "outcast"));
    expect(absent()).to.deep.equal([]);
    await changes((room, to) => room.addMembers(to, [WICCA]));
    expect(absent()).to.deep.equal([WICCA]);
    await changes((room, to) => room.removeMembers(to, [WICCA]));
    expect(absent()).to.deep.equal([]);
  });

  it("notes until when a member was inside, and of nobody else", async () => {
    const seen = play.db.prepare("SELECT jid FROM affiliations WHERE seen > 0 ORDER BY jid").pluck();
    for (const who of [hag, crone]) {
      await inTransaction((to) => found().enter(to, full(who), as(who.slice(0, 3))));
      await inTransaction((to) => found().leave(to, who));
    }
    expect(seen.all()).to.deep.equal([HAG]);
  });

  it("ends it with all that belongs to it", async () => {
    await inTransaction((to) => found().remove(to));
    expect(play.service.context.rooms.find(jid)).to.equal(undefined);
    expect(play.db.prepare("SELECT count(*) FROM rooms").pluck().get()).to.equal(0);
  });
});
