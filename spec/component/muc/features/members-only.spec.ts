/** Rooms of members (muc#roomconfig_membersonly): who becomes one, who is invited, and who stays. */
import { expect } from "chai";
import { CRONE, hag, onStage, ROOM, told, WICCA } from "../play.js";

const MEMBERS = { "muc#roomconfig_membersonly": "1" };
const USER = "http://jabber.org/protocol/muc#user";

describe("rooms of members", () => {
  const play = onStage();

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
    await play.affiliates(hag, CRONE, "member");
    play.hears(CRONE);
    await play.affiliates(hag, CRONE, "none");
    await play.affiliates(hag, WICCA, "outcast");
    expect([...play.hears(CRONE), ...play.hears(WICCA)].map(told)).to.deep.equal([]);
  });
});
