/** Service administrators have an owner's rights in every room. */
import { expect } from "chai";
import {
  CRONE,
  crone,
  hag,
  HAG,
  itemOf,
  onStage,
  outcomeOf,
  ROOM,
  stranger,
  lineOf,
  WICCA,
  wiccarocks,
} from "../play.js";

const options = (fields: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`muc#roomconfig_${name}`, value]));

describe("a service administrator", () => {
  /** wiccarocks administers the service. */
  const play = onStage({ rooms: { admins: [WICCA] } });

  it("enters a locked room, and is shown as an owner", async () => {
    await play.enters(hag, "hag");
    expect(await play.entry(wiccarocks, "wicca")).to.include("presence coven/wicca owner/moderator 110");
    expect(play.lines(hag)).to.include("presence coven/wicca owner/moderator");
  });

  it("enters in spite of a ban, password, membership and occupant limit", async () => {
    await play.roomOf(hag, "hag", options({ membersonly: "1", roomsecret: "caldron", maxusers: "1" }));
    // Banned with their whole domain, which doesn't concern the owner.
    await play.affiliates(hag, "qtalk.test.org", "outcast");
    await play.isRefused(crone, "crone", "auth/forbidden by coven");
    expect(await play.entry(wiccarocks, "wicca")).to.include("presence coven/wicca owner/moderator 110");
  });

  it("configures, reads lists, moderates and destroys from outside, and is in no list", async () => {
    await play.coven();
    for (const [affiliation, listed] of [
      ["owner", HAG],
      ["admin", ""],
      ["member", ""],
    ])
      expect(await play.list(wiccarocks, `affiliation="${affiliation}"`), affiliation).to.equal(listed);
    expect(outcomeOf(await play.configures(wiccarocks, options({ roomname: "Caldron" })))).to.equal("result");
    expect(outcomeOf(await play.gives(wiccarocks, "crone", "none"))).to.equal("result");
    expect(play.lines(crone)).to.include("presence coven/crone unavailable none/none 307 110");
    expect(outcomeOf(await play.destroys(wiccarocks))).to.equal("result");
    expect(play.lines(hag)).to.include("presence coven/hag unavailable none/none 110");
  });

  it("can't be banned, kicked or muted, not even by owners", async () => {
    await play.coven([wiccarocks, "wicca"]);
    const items = [
      `<item affiliation="outcast" jid="${WICCA}"/>`,
      `<item nick="wicca" role="none"/>`,
      `<item nick="wicca" role="visitor"/>`,
    ];
    for (const item of items)
      expect(await play.outcome(hag, item), item).to.equal("cancel/not-allowed by coven");
  });

  it("can be made a member, and stays an owner inside", async () => {
    await play.coven([wiccarocks, "wicca"]);
    await play.affiliates(hag, WICCA, "member");
    expect(await play.list(hag, `affiliation="member"`)).to.equal(WICCA);
    expect(await play.entry(crone, "crone")).to.include("presence coven/wicca owner/moderator");
  });

  it("creates rooms if nobody else may", async () => {
    await play.begins({ rooms: { admins: [WICCA], create: "api" } });
    await play.isRefused(hag, "hag", "cancel/not-allowed by coven");
    expect(await play.entry(wiccarocks, "wicca")).to.include("presence coven/wicca owner/moderator 201 110");
  });

  it("sees real addresses in rooms that hide them", async () => {
    await play.coven([stranger, "other"]);
    const seenBy = async (who: string, nick: string): Promise<string | undefined> => {
      const heard = await play.enters(who, nick);
      return itemOf(heard.find(({ attrs }) => attrs.from === `${ROOM}/other`)).jid;
    };
    expect(await seenBy(wiccarocks, "wicca")).to.equal(stranger);
    expect(await seenBy("else@qtalk.test.org/x", "else")).to.equal(undefined);
  });

  it("gains and loses the role inside when rooms.admins changes", async () => {
    await play.begins();
    await play.roomOf(hag, "hag", options({ moderatedroom: "1" }));
    await play.enters(wiccarocks, "wicca");
    play.hears(hag);
    await play.service.setAdmins([WICCA]);
    play.receives(hag, "presence coven/wicca owner/moderator");
    await play.service.setAdmins([]);
    play.receives(hag, "presence coven/wicca none/visitor");
  });

  it("is put out of a members-only room if a restart removes them from rooms.admins", async () => {
    await play.roomOf(hag, "hag", options({ membersonly: "1" }));
    await play.enters(wiccarocks, "wicca");
    await play.restarts();
    await play.service.setAdmins([]);
    await play.outbox.flush(1000);
    expect(play.lines(wiccarocks)).to.include("presence coven/wicca unavailable none/none 321 110");
  });

  describe("who is new", () => {
    beforeEach(async () => {
      await play.begins();
      await play.roomOf(hag, "hag");
    });

    it("has the role if they are entering at that moment", async () => {
      const entering = play.enters(crone, "crone");
      await play.service.setAdmins([CRONE]);
      const heard = [...(await entering), ...play.hears(crone)].map(lineOf);
      expect(heard).to.include("presence coven/crone owner/moderator 110");
    });

    it("is announced to nobody if they are an owner already", async () => {
      await play.enters(crone, "crone");
      play.hush();
      await play.service.setAdmins([HAG]);
      for (const who of [hag, crone]) play.receives(who);
    });

    it("gets the role later if rooms couldn't be updated at first, which is logged", async () => {
      await play.enters(crone, "crone");
      play.hears(crone);
      play.fillsDisk("INSERT ON outbox");
      await play.service.setAdmins([CRONE]);
      expect(play.log.about("Rooms could not follow the change of rooms.admins")).to.have.length(1);
      play.freesDisk();
      play.receives(crone);
      await play.restarts({ rooms: { admins: [CRONE] } });
      const heard = await play.until(() => {
        const news = play.lines(crone);
        return news.length > 0 ? news : undefined;
      });
      expect(heard).to.deep.equal(["presence coven/crone owner/moderator 110"]);
    });
  });
});
