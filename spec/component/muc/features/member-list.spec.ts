/** Who reads the list of a room's members (muc#roomconfig_getmemberlist). */
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

  it("is read by members where addresses are seen, open to all or not, and not by passers-by", async () => {
    expect(await reads(crone)).to.equal("auth/forbidden by coven");
    await play.configures(hag, OPEN);
    expect(await reads(crone)).to.equal(CRONE);
    expect(await reads(wiccarocks)).to.equal("auth/forbidden by coven");
    expect(await reads(stranger)).to.equal("auth/forbidden by coven");
  });

  it("is read by members who are moderators, who see addresses, and by no other moderators", async () => {
    for (const nick of ["crone", "wicca"])
      await play.administers(hag, `<item nick="${nick}" role="moderator"/>`);
    expect(await reads(crone)).to.equal(CRONE);
    expect(await reads(wiccarocks)).to.equal("auth/forbidden by coven");
  });

  it("is read in the roles that the room names, and in higher ones", async () => {
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

  it("is read by members outside, too, as if they had voice", async () => {
    await play.configures(hag, OPEN);
    await play.leaves(crone);
    expect(await reads(crone)).to.equal(CRONE);
    await play.configures(hag, { [NAME]: "moderator" });
    expect(await reads(crone)).to.equal("auth/forbidden by coven");
  });

  it("goes with those of its administrators and owners where only members enter, and with no other", async () => {
    await play.configures(hag, OPEN);
    expect(await reads(crone, "owner")).to.equal("auth/forbidden by coven");
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    expect(await reads(crone, "owner")).to.equal(HAG);
    expect(await reads(crone, "admin")).to.equal("");
    expect(await reads(crone, "outcast")).to.equal("auth/forbidden by coven");
  });

  it("has no other roles", async () => {
    const answer = await play.configures(hag, { [NAME]: ["participant", "member"] });
    expect(errorOf(answer)).to.equal("modify/not-acceptable by coven");
    expect(answer.getChild("error")?.getChildText("text")).to.contain(NAME);
  });
});
