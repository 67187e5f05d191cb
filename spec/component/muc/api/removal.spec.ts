/** Removing users from a room by a call, and the effect on the room. */
import { expect } from "chai";
import { Jid, type AccountJid } from "../../../../component/address.js";
import { clearStaff } from "../../../../component/operations/users.js";
import { CRONE, crone, hag, HAG, onStage, ROOM, WICCA, wiccarocks } from "../play.js";

describe("users removed from a room by clear_staff", () => {
  const play = onStage({}, async (play) => {
    await play.makes("hag66", "wiccarocks", "crone1");
    await play.enters(hag, "hag");
  });

  const found = () => play.service.context.rooms.find(Jid.parse(ROOM) as AccountJid);
  const leave = (...users: string[]) => clearStaff(play.context, { users, host: undefined });
  const ranks = () =>
    found()
      ?.affiliations.atLeastMembers()
      .map(({ jid, affiliation }) => `${jid.split("@")[0] ?? ""} ${affiliation}`);

  it("leave other affiliations alone if an owner stays", async () => {
    await play.affiliates(hag, WICCA, "admin");
    await leave(CRONE);
    expect(ranks()).to.deep.equal(["hag66 owner", "wiccarocks admin"]);
  });

  it("stay banned, and change nothing if they aren't members", async () => {
    await play.affiliates(hag, CRONE, "outcast");
    play.hears(hag);
    await leave(CRONE, "nobody@qtalk.test.org");
    play.receives(hag);
    expect(found()?.affiliationOf(Jid.parse(crone)!)).to.equal("outcast");
    await leave("nobody@qtalk.test.org", WICCA, CRONE);
    expect(found()?.affiliationOf(Jid.parse(crone)!)).to.equal("outcast");
    expect(ranks()).to.deep.equal(["hag66 owner"]);
  });

  it("end the room, announced once to all inside, if nobody is left", async () => {
    await play.configures(hag, { "muc#roomconfig_membersonly": "0" });
    await play.enters("guest@qtalk.test.org/x", "guest");
    for (const who of [hag, "guest@qtalk.test.org/x"]) play.hears(who);
    await leave(HAG, CRONE, WICCA);
    expect(found()).to.equal(undefined);
    const heard = [hag, "guest@qtalk.test.org/x"].map((who) => play.lines(who));
    expect(heard).to.deep.equal([
      ["presence coven/hag unavailable none/none 110"],
      ["presence coven/guest unavailable none/none 110"],
    ]);
    expect(play.service.rooms.count).to.equal(0);
  });

  it("end a temporary room if they are its last occupants", async () => {
    await play.configures(hag, { "muc#roomconfig_persistentroom": "0" });
    await play.enters(wiccarocks, "wicca");
    await play.enters(wiccarocks.replace("laptop", "phone"), "witch");
    await play.leaves(hag);
    await leave(WICCA);
    expect(found()).to.equal(undefined);
    expect(play.service.rooms.count).to.equal(0);
  });
});
