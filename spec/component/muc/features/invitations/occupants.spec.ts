/** Invitations through the room (XEP-0045 §7.8.2). */
import { DOMAIN, ROOM } from "../../play.js";
import { onStage } from "../../stage.js";

const LINK = `xmpp:${ROOM}?join`;
const invites = (inside: string, room = "coven"): string =>
  `hag sends <message to="${room}"><x xmlns="user"><invite to="WICCA">${inside}</invite></x></message>`;

describe("an invitation through the room", () => {
  onStage({}, "coven meets").scenes(`
    has inviter, reason and password for every kind of client, and isn't archived
      hag configures roomsecret=cauldron roomname=Cave
      ${invites(`<reason>Hey!</reason><continue thread="t"/>`)}
      WICCA < message coven "${ROOM}/hag invites you to Cave: ${LINK}\\nHey!"
            | <x xmlns="user"><invite from="coven/hag"><reason>Hey!</reason><continue thread="t"/></invite>
              <password>cauldron</password></x> <x xmlns="conference" jid="coven" password="cauldron"/>
              <no-permanent-store xmlns="hints"/>

    has the inviter's real address if the room shows addresses
      hag configures whois=anyone
      hag invites WICCA
      WICCA ~ message coven | <invite from="HAG"/>

    says in words who invites, and the reason if there is one
      ${invites("<reason/>")}
      WICCA < message coven "${ROOM}/hag invites you to coven: ${LINK}"

    has a link in ASCII, whatever the room's address is (RFC 5122 §2.7.2)
      hag enters "ji\u0159i(1)?"
      hag configures "ji\u0159i(1)?"
      ${invites("", "ji\u0159i(1)?")}
      WICCA ~ xmpp:ji%C5%99i(1)%3F@${DOMAIN}?join

    makes the invited user a member in a members-only room, shown to moderators, and changes no affiliation
      hag makes CRONE member
      hag configures membersonly=1 persistentroom=1
      all hush
      crone invites WICCA
      crone < nothing
      hag < message coven | <item affiliation="member" role="none" jid="WICCA"/>
      wicca enters
      wicca ~ presence coven/wicca member/participant 110
      hag makes WICCA admin
      all hush
      hag invites WICCA
      hag < nothing
      hag lists admin = wiccarocks@qtalk.test.org

    is the only one until the user enters, whatever is sent
      hag makes WICCA member
      hag configures membersonly=1 persistentroom=1
      hag invites WICCA
      WICCA < 1 stanza
      hag says Are you coming?
      WICCA < nothing

    is refused from outside, without an address, to outcasts, and if inviting is off
      wicca invites WICCA
      wicca < message coven error modify/not-acceptable by coven
      hag invites @
      hag < message coven error modify/jid-malformed by coven
      hag makes WICCA outcast
      all hush
      hag invites WICCA
      hag < message coven error cancel/not-allowed by coven
      hag configures {http://prosody.im/protocol/muc}roomconfig_allowmemberinvites=0
      all hush
      crone invites WICCA
      crone < message coven error auth/forbidden by coven
      WICCA < nothing
  `);
});
