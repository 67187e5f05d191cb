/** Leaving a room for good (XEP-0045 §7.10 with XEP-0077 §3.2). */
import { expect } from "chai";
import { crone, CRONE, errorOf, hag, HAG, itemOf, Play, ROOM, told, wiccarocks } from "../play.js";

const FORM = { "muc#roomconfig_membersonly": "1", "muc#roomconfig_persistentroom": "1" };

describe("leaving a room for good", () => {
  let play: Play;
  const begin = async (fields: Readonly<Record<string, string>>): Promise<void> => {
    play = await new Play().ready();
    await play.coven([wiccarocks, "wicca"]);
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}"/>`);
    await play.administers(hag, `<item affiliation="member" jid="wiccarocks@qtalk.test.org"/>`);
    await play.configures(hag, fields);
    for (const who of [hag, crone, wiccarocks]) play.hears(who);
  };
  afterEach(() => play.close());

  const unregisters = async (who: string): Promise<string> => {
    const answer = await play.asks(who, "set", `<query xmlns="jabber:iq:register"><remove/></query>`);
    return answer.attrs.type === "error" ? errorOf(answer) : (answer.attrs.type ?? "");
  };

  it("ends the membership; a room of members is left with 321, and everybody sees it", async () => {
    await begin(FORM);
    expect(await unregisters(crone)).to.equal("result");
    expect(play.hears(crone).map(told)).to.deep.equal(["presence coven/crone unavailable none/none 321 110"]);
    expect(play.hears(wiccarocks).map(told)).to.deep.equal([
      "presence coven/crone unavailable none/none 321",
    ]);
    const mine = play.link.written.filter(({ attrs }) => attrs.to === crone);
    expect(mine.at(-1)?.name, "the answer comes last").to.equal("iq");
    expect((await play.enters(crone, "crone")).map(errorOf)).to.deep.equal([
      "auth/registration-required by coven",
    ]);
    expect(await unregisters(crone)).to.equal("cancel/not-allowed by coven");
  });

  it("leaves those inside who need no membership, and says what they are now", async () => {
    await begin({});
    expect(await unregisters(crone)).to.equal("result");
    expect(play.hears(wiccarocks).map(told)).to.deep.equal(["presence coven/crone none/participant"]);
    expect(itemOf(play.hears(crone)[0])).to.include({ affiliation: "none", role: "participant" });
  });

  it("is for those outside, too; nothing that is said afterwards invites them", async () => {
    await begin(FORM);
    await play.sends(crone, `<presence to="${ROOM}" type="unavailable"/>`);
    expect(await unregisters(crone)).to.equal("result");
    await play.says(hag, "Are you there?");
    for (const to of [crone, CRONE])
      expect(play.hears(to).filter(({ name }) => name === "message")).to.have.length(0);
    expect(play.hears(hag).map(told)).to.include('message coven/hag groupchat "Are you there?"');
  });

  it("takes no office: owners and administrators keep theirs, and lose the nickname kept for them", async () => {
    await begin({});
    await play.administers(hag, `<item affiliation="owner" jid="${HAG}" nick="hag"/>`);
    expect(await unregisters(hag)).to.equal("result");
    const { members } = play.service.rooms.get({ local: "coven" } as never);
    expect(members.get(HAG)).to.include({ affiliation: "owner", nick: undefined });
  });
});
