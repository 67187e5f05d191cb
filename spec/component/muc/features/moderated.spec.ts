/** Rooms where newcomers have no voice (muc#roomconfig_moderatedroom). */
import { expect } from "chai";
import { crone, CRONE, errorOf, hag, Play, told, wiccarocks } from "../play.js";

describe("a moderated room", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.roomOf(hag, "hag", { "muc#roomconfig_moderatedroom": "1" });
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}"/>`);
  });
  afterEach(() => play.close());

  it("lets members speak from the first, and others once they are given voice", async () => {
    expect((await play.enters(crone, "crone")).map(told)).to.include(
      "presence coven/crone member/participant 110",
    );
    expect((await play.enters(wiccarocks, "wicca")).map(told)).to.include(
      "presence coven/wicca none/visitor 110",
    );
    for (const who of [crone, wiccarocks]) play.hears(who);
    await play.says(wiccarocks, "hush");
    expect(play.hears(wiccarocks).map(errorOf)).to.deep.equal(["auth/forbidden by coven"]);
    await play.says(crone, "hello");
    expect(play.hears(wiccarocks).map(told)).to.deep.equal(['message coven/crone groupchat "hello"']);
  });
});
