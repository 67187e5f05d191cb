/** Permission to read the list of a room's members (muc#roomconfig_getmemberlist). */
import { expect } from "chai";
import { crone, CRONE, errorOf, hag, HAG, onStage, stranger, wiccarocks } from "../play.js";

const NAME = "muc#roomconfig_getmemberlist";
const OPEN = { "muc#roomconfig_whois": "anyone" };

describe("the list of a room's members", () => {
  const play = onStage({}, async (play) => {
    await play.coven([wiccarocks, "wicca"]);
    await play.affiliates(hag, CRONE, "member");
  });

  const reads = (who: string, list = "member"): Promise<string> => play.list(who, `affiliation="${list}"`);

  it("can be read by members, and not by other occupants, if addresses are shown", async () => {
    expect(await reads(crone)).to.equal("auth/forbidden by coven");
    await play.configures(hag, OPEN);
    expect(await reads(crone)).to.equal(CRONE);
    expect(await reads(wiccarocks)).to.equal("auth/forbidden by coven");
    expect(await reads(stranger)).to.equal("auth/forbidden by coven");
  });

  it("can be read by members who are moderators, and not by other moderators", async () => {
    for (const nick of ["crone", "wicca"])
      await play.administers(hag, `<item nick="${nick}" role="moderator"/>`);
    expect(await reads(crone)).to.equal(CRONE);
    expect(await reads(wiccarocks)).to.equal("auth/forbidden by coven");
  });

  it("can be read in the configured roles and higher ones", async () => {
    await play.configures(hag, { ...OPEN, [NAME]: "moderator" });
    expect(await reads(crone)).to.equal("auth/forbidden by coven");
    await play.gives(hag, "crone", "moderator");
    expect(await reads(crone)).to.equal(CRONE);
    await play.configures(hag, { [NAME]: "participant" });
    expect(await reads(crone), "Monal names participants alone").to.equal(CRONE);
    await play.configures(hag, { [NAME]: [] });
    expect(await reads(crone)).to.equal("auth/forbidden by coven");
    expect(await reads(hag), "administrators always").to.equal(CRONE);
  });

  it("can be read by members outside as if they were participants", async () => {
    await play.configures(hag, OPEN);
    await play.leaves(crone);
    expect(await reads(crone)).to.equal(CRONE);
    await play.configures(hag, { [NAME]: "moderator" });
    expect(await reads(crone)).to.equal("auth/forbidden by coven");
  });

  it("can be read with the lists of administrators and owners in members-only rooms", async () => {
    await play.configures(hag, OPEN);
    expect(await reads(crone, "owner")).to.equal("auth/forbidden by coven");
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    expect(await reads(crone, "owner")).to.equal(HAG);
    expect(await reads(crone, "admin")).to.equal("");
    expect(await reads(crone, "outcast")).to.equal("auth/forbidden by coven");
  });

  it("can't be configured for other roles", async () => {
    const answer = await play.configures(hag, { [NAME]: ["participant", "member"] });
    expect(errorOf(answer)).to.equal("modify/not-acceptable by coven");
    expect(answer.getChild("error")?.getChildText("text")).to.contain(NAME);
  });
});
