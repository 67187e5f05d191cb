/** Invitations through the room (XEP-0045 §7.8.2). */
import { DOMAIN, ROOM } from "../../play.js";
import { onStage } from "../../stage.js";
import { coven, everybody } from "../../../../plays/component.js";
import { WICCA, crone, hag, wicca } from "../../../../plays/people.js";

const LINK = `xmpp:${ROOM}?join`;
const invites = (inside: string, room = "coven"): string =>
  `<message to="${room}"><x xmlns="user"><invite to="WICCA">${inside}</invite></x></message>`;

describe("an invitation through the room", () => {
  onStage({}, [coven.meets()]).scenes({
    "has inviter, reason and password for every kind of client, and isn't archived": [
      hag.configures`roomsecret=cauldron roomname=Cave`,
      hag.sends`${invites(`<reason>Hey!</reason><continue thread="t"/>`)}`,
      WICCA.hears`message coven "${ROOM}/hag invites you to Cave: ${LINK}\\nHey!"
            | <x xmlns="user"><invite from="coven/hag"><reason>Hey!</reason><continue thread="t"/></invite>
            <password>cauldron</password></x> <x xmlns="conference" jid="coven" password="cauldron"/>
            <no-permanent-store xmlns="hints"/>`,
    ],

    "has the inviter's real address if the room shows addresses": [
      hag.configures`whois=anyone`,
      hag.invites`WICCA`,
      WICCA.notices`message coven | <invite from="HAG"/>`,
    ],

    "says in words who invites, and the reason if there is one": [
      hag.sends`${invites("<reason/>")}`,
      WICCA.hears`message coven "${ROOM}/hag invites you to coven: ${LINK}"`,
    ],

    "has a link in ASCII, whatever the room's address is (RFC 5122 §2.7.2)": [
      hag.enters`"ji\u0159i(1)?"`,
      hag.configures`"ji\u0159i(1)?"`,
      hag.sends`${invites("", "ji\u0159i(1)?")}`,
      WICCA.notices`xmpp:ji%C5%99i(1)%3F@${DOMAIN}?join`,
    ],

    "makes the invited user a member in a members-only room, shown to moderators, and changes no affiliation":
      [
        hag.makes`CRONE member`,
        hag.configures`membersonly=1 persistentroom=1`,
        everybody.hush(),
        crone.invites`WICCA`,
        crone.hears`nothing`,
        hag.hears`message coven | <item affiliation="member" role="none" jid="WICCA"/>`,
        wicca.enters(),
        wicca.notices`presence coven/wicca member/participant 110`,
        hag.makes`WICCA admin`,
        everybody.hush(),
        hag.invites`WICCA`,
        hag.hears`nothing`,
        hag.lists`admin = wiccarocks@qtalk.test.org`,
      ],

    "is the only one until the user enters, whatever is sent": [
      hag.makes`WICCA member`,
      hag.configures`membersonly=1 persistentroom=1`,
      hag.invites`WICCA`,
      WICCA.hears`1 stanza`,
      hag.says`Are you coming?`,
      WICCA.hears`nothing`,
    ],

    "is refused from outside, without an address, to outcasts, and if inviting is off": [
      wicca.invites`WICCA`,
      wicca.hears`message coven error modify/not-acceptable by coven`,
      hag.invites`@`,
      hag.hears`message coven error modify/jid-malformed by coven`,
      hag.makes`WICCA outcast`,
      everybody.hush(),
      hag.invites`WICCA`,
      hag.hears`message coven error cancel/not-allowed by coven`,
      hag.configures`{http://prosody.im/protocol/muc}roomconfig_allowmemberinvites=0`,
      everybody.hush(),
      crone.invites`WICCA`,
      crone.hears`message coven error auth/forbidden by coven`,
      WICCA.hears`nothing`,
    ],
  });
});
