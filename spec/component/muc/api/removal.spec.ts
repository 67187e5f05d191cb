/** Who leaves a room because a program says so, and what becomes of the room. */
import { expect } from "chai";
import { Jid, type AccountJid, type BareJid } from "../../../../component/address.js";
import { handOver } from "../../../../component/muc/api/removal.js";
import { CRONE, crone, hag, HAG, Play, ROOM, told, WICCA, wiccarocks } from "../play.js";

describe("people whom a program takes out of a room", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.makes("hag66", "wiccarocks", "crone1");
    await play.enters(hag, "hag");
  });
  afterEach(() => play.close());

  const found = () => play.service.context.rooms.find(Jid.parse(ROOM) as AccountJid);
  const leave = async (...who: string[]): Promise<void> => {
    const { context } = play.service;
    const room = found()!;
    const [transaction] = context.transactions.run(undefined, (transaction) =>
      handOver(
        { context, transaction, room },
        who.map((jid) => Jid.parse(jid) as BareJid),
      ),
    );
    await context.transactions.commit(transaction);
  };
  const ranks = () =>
    found()
      ?.members.atLeastMembers()
      .map(({ jid, affiliation }) => `${jid.split("@")[0] ?? ""} ${affiliation}`);

  it("leave others what they are where an owner stays", async () => {
    await play.administers(hag, `<item affiliation="admin" jid="${WICCA}"/>`);
    await leave(CRONE);
    expect(ranks()).to.deep.equal(["hag66 owner", "wiccarocks admin"]);
  });

  it("leave it to whoever has been there longest where nobody else owns or administers it", async () => {
    await leave(HAG);
    expect(ranks()).to.deep.equal(["wiccarocks owner", "crone1 member"]);
  });

  it("stay banned, and leave everything as it is, where they are no members", async () => {
    await play.administers(hag, `<item affiliation="outcast" jid="${CRONE}"/>`);
    play.hears(hag);
    await leave(CRONE, "nobody@qtalk.test.org");
    expect(play.hears(hag)).to.deep.equal([]);
    expect(found()?.affiliationOf(Jid.parse(crone)!)).to.equal("outcast");
    await leave("nobody@qtalk.test.org", WICCA, CRONE);
    expect(found()?.affiliationOf(Jid.parse(crone)!)).to.equal("outcast");
    expect(ranks()).to.deep.equal(["hag66 owner"]);
  });

  it("end it, which all inside are told once, where nobody is left", async () => {
    await play.configures(hag, { "muc#roomconfig_membersonly": "0" });
    await play.enters("guest@qtalk.test.org/x", "guest");
    for (const who of [hag, "guest@qtalk.test.org/x"]) play.hears(who);
    await leave(HAG, CRONE, WICCA);
    expect(found()).to.equal(undefined);
    const heard = [hag, "guest@qtalk.test.org/x"].map((who) => play.hears(who).map(told));
    expect(heard).to.deep.equal([
      ["presence coven/hag unavailable none/none 110"],
      ["presence coven/guest unavailable none/none 110"],
    ]);
    expect(play.service.rooms.count).to.equal(0);
  });

  it("end a temporary one once, where they were the last inside", async () => {
    await play.configures(hag, { "muc#roomconfig_persistentroom": "0" });
    await play.enters(wiccarocks, "wicca");
    await play.enters(wiccarocks.replace("laptop", "phone"), "witch");
    await play.sends(hag, `<presence to="${ROOM}" type="unavailable"/>`);
    await leave(WICCA);
    expect(found()).to.equal(undefined);
    expect(play.service.rooms.count).to.equal(0);
  });
});
