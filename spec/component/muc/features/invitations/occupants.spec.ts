/** What an invitation through the room says, and what comes of it (XEP-0045 §7.8.2). */
import { expect } from "chai";
import type { Element } from "../../../../../component/xml/builder.js";
import { crone, CRONE, DOMAIN, hag, itemOf, onStage, ROOM, WICCA } from "../../play.js";

const USER = "http://jabber.org/protocol/muc#user";
const MEMBERS = { "muc#roomconfig_membersonly": "1", "muc#roomconfig_persistentroom": "1" };

describe("an invitation through the room", () => {
  const play = onStage({}, (play) => play.coven());

  const heard = (who = WICCA): Element | undefined => play.hears(who)[0];

  it("says in words who invites, and why if they say so", async () => {
    for (const [inside, why] of [
      ["", ""],
      ["<reason/>", ""],
      ["<reason>Hey!</reason>", "\nHey!"],
    ] as const) {
      const invite = `<invite to="${WICCA}">${inside}</invite>`;
      await play.sends(hag, `<message to="${ROOM}"><x xmlns="${USER}">${invite}</x></message>`);
      expect(heard()?.getChildText("body")).to.equal(
        `${ROOM}/hag invites you to coven: xmpp:${ROOM}?join${why}`,
      );
    }
  });

  it("has a link that enters the room, in ASCII whatever its address (RFC 5122 §2.7.2)", async () => {
    const room = `ji\u0159i(1)?@${DOMAIN}`;
    await play.enters(hag, "hag", "", room);
    await play.configures(hag, {}, room);
    const invite = `<x xmlns="${USER}"><invite to="${WICCA}"/></x>`;
    await play.sends(hag, `<message to="${room}">${invite}</message>`);
    expect(heard()?.getChildText("body")).to.contain(`xmpp:ji%C5%99i(1)%3F@${DOMAIN}?join`);
  });

  it("leaves their office to those who have one, and those who see addresses are told of new members", async () => {
    await play.affiliates(hag, CRONE, "member");
    await play.configures(hag, MEMBERS);
    play.hush();
    await play.invites(hag, WICCA);
    play.told(crone);
    expect(itemOf(heard(hag))).to.deep.equal({ affiliation: "member", role: "none", jid: WICCA });
    await play.affiliates(hag, WICCA, "admin");
    play.hears(hag);
    await play.invites(hag, WICCA);
    play.told(hag);
    expect(await play.list(hag, `affiliation="admin"`)).to.equal(WICCA);
  });

  it("is the only one until they come in, whatever is said", async () => {
    await play.affiliates(hag, WICCA, "member");
    await play.configures(hag, MEMBERS);
    await play.invites(hag, WICCA);
    expect(play.hears(WICCA)).to.have.length(1);
    await play.says(hag, "Are you coming?");
    play.told(WICCA);
  });
});
