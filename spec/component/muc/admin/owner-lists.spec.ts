/** The lists of owners and administrators in a room's form: one change for each account (XEP-0045 §10.2). */
import { expect } from "chai";
import { CRONE, errorOf, hag, HAG, itemOf, onStage, wiccarocks, WICCA } from "../play.js";

const OWNERS = "muc#roomconfig_roomowners";
const ADMINS = "muc#roomconfig_roomadmins";

describe("a form's lists of owners and administrators", () => {
  const play = onStage({}, async (play) => {
    await play.coven([wiccarocks, "wicca"]);
    await play.affiliates(hag, CRONE, "admin");
    play.hush();
  });

  const lists = (owners?: readonly string[], admins?: readonly string[]): Promise<string> =>
    play
      .configures(hag, { ...(owners && { [OWNERS]: owners }), ...(admins && { [ADMINS]: admins }) })
      .then((answer) => (answer.attrs.type === "error" ? errorOf(answer) : (answer.attrs.type ?? "")));
  const affiliations = (): Record<string, string | undefined> => {
    const room = play.service.rooms.get({ local: "coven" } as never);
    return Object.fromEntries(
      [HAG, CRONE, WICCA].map((jid) => [jid, room.affiliations.get(jid)?.affiliation]),
    );
  };

  it("make an administrator an owner, told once, whether they are taken from the other list or not", async () => {
    expect(await lists([HAG, CRONE], [])).to.equal("result");
    expect(affiliations()).to.deep.equal({ [HAG]: "owner", [CRONE]: "owner", [WICCA]: undefined });
    play.told(wiccarocks, "presence coven/crone owner/moderator");
    expect(await lists([HAG], [CRONE])).to.equal("result");
    expect(await lists([HAG, CRONE], [CRONE])).to.equal("result");
    expect(affiliations()[CRONE]).to.equal("owner");
  });

  it("hand the room over: the only owner becomes a member, or an administrator", async () => {
    expect(await lists([CRONE], [])).to.equal("result");
    expect(affiliations()).to.deep.equal({ [HAG]: "member", [CRONE]: "owner", [WICCA]: undefined });
    expect(itemOf(play.hears(hag)[0]).affiliation).to.equal("member");
  });

  it("make two change places", async () => {
    expect(await lists([CRONE], [HAG])).to.equal("result");
    expect(affiliations()).to.deep.equal({ [HAG]: "admin", [CRONE]: "owner", [WICCA]: undefined });
    expect(play.lines(wiccarocks)).to.have.members([
      "presence coven/hag admin/moderator",
      "presence coven/crone owner/moderator",
    ]);
  });

  it("leave the other list as it is where only one is submitted, and owners owners", async () => {
    expect(await lists(undefined, [HAG, WICCA])).to.equal("result");
    expect(affiliations()).to.deep.equal({ [HAG]: "owner", [CRONE]: "member", [WICCA]: "admin" });
    expect(await lists([HAG, CRONE], undefined)).to.equal("result");
    expect(affiliations()).to.deep.equal({ [HAG]: "owner", [CRONE]: "owner", [WICCA]: "admin" });
  });

  it("leave no room without an owner", async () => {
    expect(await lists([], [HAG, CRONE])).to.equal("cancel/conflict by coven");
    expect(affiliations()).to.deep.equal({ [HAG]: "owner", [CRONE]: "admin", [WICCA]: undefined });
    play.told(hag);
  });
});
