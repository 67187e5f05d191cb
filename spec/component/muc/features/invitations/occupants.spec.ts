/** Invitations through the room (XEP-0045 §7.8.2). */
import { expect } from "chai";
import type { Element } from "../../../../../component/xml/builder.js";
import { crone, CRONE, DOMAIN, HAG, hag, itemOf, onStage, ROOM, WICCA, wiccarocks } from "../../play.js";

const USER = "http://jabber.org/protocol/muc#user";
const MEMBERS = { "muc#roomconfig_membersonly": "1", "muc#roomconfig_persistentroom": "1" };

describe("an invitation through the room", () => {
  const play = onStage({}, (play) => play.coven());

  const heard = (who = WICCA): Element | undefined => play.hears(who)[0];
  const inviteIn = (message: Element | undefined): Element | undefined =>
    message?.getChild("x", USER)?.getChild("invite");
  const invites = (from: string, inside: string, to = WICCA, room = ROOM): Promise<void> =>
    play.sends(
      from,
      `<message to="${room}"><x xmlns="${USER}"><invite to="${to}">${inside}</invite></x></message>`,
    );

  it("has inviter, reason and password for every kind of client, and isn't archived", async () => {
    await play.configures(hag, {
      "muc#roomconfig_roomsecret": "cauldron",
      "muc#roomconfig_roomname": "Cave",
    });
    await invites(hag, `<reason>Hey!</reason><continue thread="t"/>`);
    const message = heard();
    expect(message?.attrs.from).to.equal(ROOM);
    expect(inviteIn(message)?.attrs.from).to.equal(`${ROOM}/hag`);
    expect(inviteIn(message)?.getChildText("reason")).to.equal("Hey!");
    expect(inviteIn(message)?.getChild("continue")?.attrs.thread).to.equal("t");
    expect(message?.getChild("x", USER)?.getChildText("password")).to.equal("cauldron");
    const direct = message?.getChild("x", "jabber:x:conference")?.attrs;
    expect(direct).to.include({ jid: ROOM, password: "cauldron" });
    expect(message?.getChildText("body")).to.contain("Cave");
    expect(message?.getChild("no-permanent-store", "urn:xmpp:hints")).not.to.equal(undefined);
  });

  it("has the inviter's real address if the room shows addresses", async () => {
    await play.configures(hag, { "muc#roomconfig_whois": "anyone" });
    await play.invites(hag, WICCA);
    expect(inviteIn(heard())?.attrs.from).to.equal(HAG);
  });

  it("says in words who invites, and the reason if there is one", async () => {
    for (const [inside, why] of [
      ["", ""],
      ["<reason/>", ""],
      ["<reason>Hey!</reason>", "\nHey!"],
    ] as const) {
      await invites(hag, inside);
      const text = `${ROOM}/hag invites you to coven: xmpp:${ROOM}?join${why}`;
      expect(heard()?.getChildText("body")).to.equal(text);
    }
  });

  it("has a link in ASCII, whatever the room's address is (RFC 5122 §2.7.2)", async () => {
    const room = `ji\u0159i(1)?@${DOMAIN}`;
    await play.enters(hag, "hag", "", room);
    await play.configures(hag, {}, room);
    await invites(hag, "", WICCA, room);
    expect(heard()?.getChildText("body")).to.contain(`xmpp:ji%C5%99i(1)%3F@${DOMAIN}?join`);
  });

  it("makes the invited user a member in a members-only room, shown to moderators, and changes no affiliation", async () => {
    await play.affiliates(hag, CRONE, "member");
    await play.configures(hag, MEMBERS);
    play.hush();
    await play.invites(crone, WICCA);
    play.receives(crone);
    expect(itemOf(heard(hag))).to.deep.equal({ affiliation: "member", role: "none", jid: WICCA });
    expect(await play.entry(wiccarocks, "wicca")).to.include("presence coven/wicca member/participant 110");
    await play.affiliates(hag, WICCA, "admin");
    play.hears(hag);
    await play.invites(hag, WICCA);
    play.receives(hag);
    expect(await play.list(hag, `affiliation="admin"`)).to.equal(WICCA);
  });

  it("is the only one until the user enters, whatever is sent", async () => {
    await play.affiliates(hag, WICCA, "member");
    await play.configures(hag, MEMBERS);
    await play.invites(hag, WICCA);
    expect(play.hears(WICCA)).to.have.length(1);
    await play.says(hag, "Are you coming?");
    play.receives(WICCA);
  });

  it("is refused from outside, without an address, to outcasts, and if inviting is off", async () => {
    await play.invites(wiccarocks, WICCA);
    play.refused(wiccarocks, "modify/not-acceptable by coven");
    await play.invites(hag, "@");
    play.refused(hag, "modify/jid-malformed by coven");
    await play.affiliates(hag, WICCA, "outcast");
    play.hears(hag);
    await play.invites(hag, WICCA);
    play.refused(hag, "cancel/not-allowed by coven");
    await play.configures(hag, { "{http://prosody.im/protocol/muc}roomconfig_allowmemberinvites": "0" });
    play.hears(crone);
    await play.invites(crone, WICCA);
    play.refused(crone, "auth/forbidden by coven");
    play.receives(WICCA);
  });
});
