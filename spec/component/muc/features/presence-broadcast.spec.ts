/** Whose presence others are told of (muc#roomconfig_presencebroadcast), where that changes for those inside. */
import { expect } from "chai";
import { crone, CRONE, hag, Play, ROOM, told, wiccarocks } from "../play.js";

const FIELD = "muc#roomconfig_presencebroadcast";
const ALL = ["moderator", "participant", "visitor"];

describe("whose presence is told, for those inside", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.coven([wiccarocks, "wicca"]);
  });
  afterEach(() => play.close());

  const broadcasts = (...roles: readonly string[]): Promise<unknown> =>
    play.configures(hag, { [FIELD]: roles });

  it("they see those leave who aren't to be seen any more, and come who are again", async () => {
    await broadcasts("moderator");
    expect(play.hears(crone).map(told)).to.deep.equal([
      "message coven groupchat 104",
      "presence coven/wicca unavailable none/none",
    ]);
    expect(play.hears(hag).map(told)).to.deep.equal([
      "message coven groupchat 104",
      "presence coven/crone unavailable none/none",
      "presence coven/wicca unavailable none/none",
    ]);
    await play.sends(wiccarocks, `<presence to="${ROOM}" type="unavailable"/>`);
    expect(play.hears(crone), "who was gone already").to.deep.equal([]);
    await broadcasts(...ALL);
    expect(play.hears(hag).map(told)).to.deep.equal([
      "message coven groupchat 104",
      "presence coven/crone none/participant",
    ]);
    expect(play.hears(crone).map(told), "nobody is told of themselves").to.deep.equal([
      "message coven groupchat 104",
    ]);
  });

  it("they are told once of who is put out by the same form", async () => {
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}"/>`);
    play.hears(crone);
    await play.configures(hag, { [FIELD]: "moderator", "muc#roomconfig_membersonly": "1" });
    expect(play.hears(crone).map(told)).to.deep.equal([
      "message coven groupchat 104",
      "presence coven/wicca unavailable none/none",
    ]);
  });

  it("who loses their voice where visitors aren't seen leaves in the eyes of others, without a role", async () => {
    await broadcasts("moderator", "participant");
    for (const who of [hag, crone, wiccarocks]) play.hears(who);
    await play.administers(hag, `<item nick="crone" role="visitor"><reason>hush</reason></item>`);
    expect(play.hears(wiccarocks).map(told)).to.deep.equal(["presence coven/crone unavailable none/none"]);
    expect(play.hears(crone).map(told)).to.deep.equal(["presence coven/crone none/visitor 110"]);
    await play.administers(hag, `<item nick="crone" role="participant"/>`);
    expect(play.hears(wiccarocks).map(told)).to.deep.equal(["presence coven/crone none/participant"]);
  });

  it("who wasn't seen before isn't seen to leave, whatever becomes of them", async () => {
    await broadcasts("moderator");
    for (const who of [hag, crone, wiccarocks]) play.hears(who);
    await play.administers(hag, `<item nick="crone" role="visitor"/>`);
    expect(play.hears(wiccarocks)).to.deep.equal([]);
    expect(play.hears(crone).map(told)).to.deep.equal(["presence coven/crone none/visitor 110"]);
  });
});
