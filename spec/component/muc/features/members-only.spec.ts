/** Rooms of members (muc#roomconfig_membersonly): who becomes one, who is invited, and who stays. */
import { expect } from "chai";
import { crone, CRONE, hag, Play, ROOM, told, WICCA, wiccarocks } from "../play.js";

const MEMBERS = { "muc#roomconfig_membersonly": "1" };
const USER = "http://jabber.org/protocol/muc#user";

describe("rooms of members", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
  });
  afterEach(() => play.close());

  const affiliationOf = (account: string): string | undefined =>
    play.service.rooms.get({ local: "coven" } as never).members.get(account)?.affiliation;
  const invites = (to: string): Promise<void> =>
    play.sends(hag, `<message to="${ROOM}"><x xmlns="${USER}"><invite to="${to}"/></x></message>`);

  it("have those for members who are invited; rooms for all don't", async () => {
    await play.roomOf(hag, "hag");
    await invites(CRONE);
    expect(play.hears(CRONE)).to.have.length(1);
    expect(affiliationOf(CRONE)).to.equal(undefined);
    await play.configures(hag, MEMBERS);
    await invites(CRONE);
    expect(affiliationOf(CRONE)).to.equal("member");
  });

  it("invite nobody who is banned, or no member any more", async () => {
    await play.roomOf(hag, "hag", MEMBERS);
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}"/>`);
    play.hears(CRONE);
    await play.administers(hag, `<item affiliation="none" jid="${CRONE}"/>`);
    await play.administers(hag, `<item affiliation="outcast" jid="${WICCA}"/>`);
    expect([...play.hears(CRONE), ...play.hears(WICCA)].map(told)).to.deep.equal([]);
  });

  it("keep members inside who come to a higher office, or to a lower one", async () => {
    await play.roomOf(hag, "hag", MEMBERS);
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}"/>`);
    await play.administers(hag, `<item affiliation="member" jid="${WICCA}"/>`);
    await play.enters(crone, "crone");
    await play.enters(wiccarocks, "wicca");
    play.hears(crone);
    for (const affiliation of ["admin", "member"]) {
      await play.administers(hag, `<item affiliation="${affiliation}" jid="${WICCA}"/>`);
    }
    expect(play.hears(crone).map(told)).to.deep.equal([
      "presence coven/wicca admin/moderator",
      "presence coven/wicca member/participant",
    ]);
  });
});
