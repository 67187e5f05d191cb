/** The lists of owners and administrators in a room's form: one change for each account (XEP-0045 §10.2). */
import { expect } from "chai";
import { CRONE, hag, HAG, itemOf, onStage, outcomeOf, wiccarocks, WICCA } from "../play.js";

const OWNERS = "muc#roomconfig_roomowners";
const ADMINS = "muc#roomconfig_roomadmins";

describe("the configuration form's lists of owners and administrators", () => {
  const play = onStage({}, async (play) => {
    await play.coven([wiccarocks, "wicca"]);
    await play.affiliates(hag, CRONE, "admin");
    play.hush();
  });

  const lists = async (owners?: readonly string[], admins?: readonly string[]): Promise<string> => {
    const fields: Record<string, readonly string[]> = {};
    if (owners !== undefined) fields[OWNERS] = owners;
    if (admins !== undefined) fields[ADMINS] = admins;
    return outcomeOf(await play.configures(hag, fields));
  };
  const affiliations = (): unknown[] =>
    [HAG, CRONE, WICCA].map((jid) => (play.stored(jid) as { affiliation: string } | undefined)?.affiliation);

  it("make an administrator an owner, announced once, whichever lists they are in", async () => {
    expect(await lists([HAG, CRONE], [])).to.equal("result");
    expect(affiliations()).to.deep.equal(["owner", "owner", undefined]);
    play.receives(wiccarocks, "presence coven/crone owner/moderator");
    expect(await lists([HAG], [CRONE])).to.equal("result");
    expect(await lists([HAG, CRONE], [CRONE])).to.equal("result");
    expect(affiliations()[1]).to.equal("owner");
  });

  it("hand the room over: the former owner becomes a member", async () => {
    expect(await lists([CRONE], [])).to.equal("result");
    expect(affiliations()).to.deep.equal(["member", "owner", undefined]);
    expect(itemOf(play.hears(hag)[0]).affiliation).to.equal("member");
  });

  it("exchange an owner and an administrator", async () => {
    expect(await lists([CRONE], [HAG])).to.equal("result");
    expect(affiliations()).to.deep.equal(["admin", "owner", undefined]);
    expect(play.lines(wiccarocks)).to.have.members([
      "presence coven/hag admin/moderator",
      "presence coven/crone owner/moderator",
    ]);
  });

  it("keep the other list if only one is submitted, and owners stay owners", async () => {
    expect(await lists(undefined, [HAG, WICCA])).to.equal("result");
    expect(affiliations()).to.deep.equal(["owner", "member", "admin"]);
    expect(await lists([HAG, CRONE], undefined)).to.equal("result");
    expect(affiliations()).to.deep.equal(["owner", "owner", "admin"]);
  });

  it("refuse to leave the room without an owner", async () => {
    expect(await lists([], [HAG, CRONE])).to.equal("cancel/conflict by coven");
    expect(affiliations()).to.deep.equal(["owner", "admin", undefined]);
    play.receives(hag);
  });
});
