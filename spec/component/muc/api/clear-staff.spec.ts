/** Removing users from all rooms by clear_staff, and the effect on the rooms. */
import { expect } from "chai";
import { addMucUser } from "../../../../component/operations/members.js";
import { clearStaff } from "../../../../component/operations/users.js";
import { CRONE, crone, DOMAIN, HAG, hag, onStage, WICCA, wiccarocks } from "../play.js";
import { callsOn } from "./calling.js";

describe("clear_staff", () => {
  const play = onStage({}, async (play) => {
    await play.makes("hag66", "wiccarocks", "crone1");
    await play.enters(hag, "hag");
  });
  const { outcome, clear, create } = callsOn(() => play);

  const affiliations = (): unknown[] =>
    play.db
      .prepare(
        "SELECT name || ' ' || jid || ' ' || affiliation FROM affiliations JOIN rooms ON id = room ORDER BY 1",
      )
      .pluck()
      .all();

  it("removes users from all rooms, hands rooms over, ends empty ones, and revokes keys", async () => {
    await create({ room: { id: "second", domain: DOMAIN } });
    const third = { id: "third", domain: DOMAIN };
    await create({ room: third, actor: "crone1" });
    await addMucUser(play.context, { room: third, actor: "crone1", members: ["hag66"] });
    await play.enters(crone, "crone");
    play.hush();
    expect(await clear("hag66")).to.equal("done");
    expect(play.lines(hag).at(-1)).to.equal("presence coven/hag unavailable none/none 321 110");
    expect(play.lines(crone).at(-1)).to.equal("presence coven/hag unavailable none/none 321");
    expect(affiliations()).to.deep.equal([
      `coven ${CRONE} member`,
      `coven ${WICCA} owner`,
      `third ${CRONE} owner`,
    ]);
    expect(play.revoked).to.deep.equal([HAG]);
    expect(await clear("hag66")).to.equal("done");
    expect(await clear("nobody", "crone1", "wiccarocks")).to.equal("done");
    expect(play.count("rooms")).to.equal(0);
  });

  it("hands a room to its longest-serving administrator first", async () => {
    await play.affiliates(hag, CRONE, "admin");
    await clear("hag66");
    expect(affiliations()).to.deep.equal([`coven ${CRONE} owner`, `coven ${WICCA} member`]);
  });

  it("leaves other affiliations alone if an owner stays", async () => {
    await play.affiliates(hag, WICCA, "admin");
    await clear("crone1");
    expect(affiliations()).to.deep.equal([`coven ${HAG} owner`, `coven ${WICCA} admin`]);
  });

  it("keeps bans, and changes nothing for users who aren't members", async () => {
    await play.affiliates(hag, CRONE, "outcast");
    play.hears(hag);
    await clear("crone1", "nobody");
    play.receives(hag);
    await clear("nobody", "wiccarocks", "crone1");
    expect(affiliations()).to.deep.equal([`coven ${CRONE} outcast`, `coven ${HAG} owner`]);
  });

  it("ends a room, announced once to all inside, if nobody is left", async () => {
    const guest = "guest@qtalk.test.org/x";
    await play.configures(hag, { "muc#roomconfig_membersonly": "0" });
    await play.enters(guest, "guest");
    play.hush();
    await clear("hag66", "crone1", "wiccarocks");
    play.receives(hag, "presence coven/hag unavailable none/none 110");
    play.receives(guest, "presence coven/guest unavailable none/none 110");
    expect(play.service.rooms.count).to.equal(0);
  });

  it("ends a temporary room if the users are its last occupants", async () => {
    await play.configures(hag, { "muc#roomconfig_persistentroom": "0" });
    await play.enters(wiccarocks, "wicca");
    await play.enters(`${WICCA}/phone`, "witch");
    await play.leaves(hag);
    await clear("wiccarocks");
    expect(play.service.rooms.count).to.equal(0);
  });

  it("refuses users of an unserved host as unknown users, and removes nobody", async () => {
    for (const call of [
      { users: [CRONE, "crone1@qtalk.tset.org"], host: undefined },
      { users: ["crone1"], host: "qtalk.tset.org" },
    ]) {
      expect(outcome(await clearStaff(play.context, call))).to.match(
        /^4 users\[\d\]: the host "qtalk\.tset\.org" is not served here; expected qtalk\.test\.org$/,
      );
      expect(play.stored(CRONE)).to.include({ affiliation: "member" });
    }
  });
});
