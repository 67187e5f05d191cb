import { DOMAIN, ROOM } from "../../play.js";
import { onStage } from "../../stage.js";

const LINK = `xmpp:${ROOM}?join`;
const TEXT = (text: string): string => `message ${DOMAIN} "coven ${LINK}\\ncrone: ${text}"`;

/** A room with members whom nobody invited, one of them inside. */
const absentMembers = `
  hag opens persistentroom=1
  hag makes CRONE member; WICCA member
  hag configures membersonly=1
  crone enters
  all hush`;

describe("absent members", () => {
  onStage({}, absentMembers).scenes(`
    are invited once with the first message, until they enter
      hag configures whois=anyone roomname=研发群
      crone says the first
      crone says the second
      HAG calls say the third
      WICCA < message crone1@qtalk.test.org "研发群 ${LINK}\\ncrone: the first"
            | <x xmlns="conference" jid="coven" reason="crone: the first"/>
      wicca enters
      crone says the fourth
      WICCA < nothing

    are invited by encrypted messages, and not by typing or unstored messages
      crone posts <composing xmlns="states"/>
      crone posts <body>psst</body><no-store xmlns="hints"/>
      WICCA < nothing
      crone posts <encrypted xmlns="urn:xmpp:omemo:2"/>
      WICCA < ${TEXT("")}

    get at most 500 characters of the message
      crone says ${"x".repeat(501)}
      WICCA < ${TEXT(`${"x".repeat(499)}…`)}

    get all of it if it isn't longer, but not the sender's address if the room hides it
      crone says ${"x".repeat(500)}
      WICCA < ${TEXT("x".repeat(500))}

    aren't invited to open rooms
      hag configures membersonly=0
      crone says hello
      WICCA < nothing

    aren't invited to temporary rooms
      hag configures persistentroom=0
      crone says hello
      WICCA < nothing

    aren't invited by their own messages
      WICCA calls say from afar
      WICCA < nothing

    aren't invited if they were inside before they became members
      hag configures membersonly=0
      new enters
      hag makes NEW member
      hag configures membersonly=1
      new leaves
      hag enters
      hag says hello
      NEW < nothing

    are invited again, once, if they were inside and have been away for a day
      wicca enters
      wicca leaves
      crone says the first
      minutes pass 1439
      crone says the second
      WICCA < nothing
      minutes pass 2
      crone says the third
      WICCA < ${TEXT("the third")}
            | <x xmlns="conference" jid="coven" reason="crone: the third"/>
      crone says the fourth
      minutes pass 3000
      crone says the fifth
      WICCA < nothing
      wicca enters
      wicca leaves
      minutes pass 1441
      crone says the sixth
      WICCA < ${TEXT("the sixth")}

    are invited again after a restart, and after the hours of rooms.invite_again
      wicca enters
      wicca leaves
      component restarts {"rooms": {"invite_again": 2}}
      minutes pass 121
      crone says hello
      WICCA < ${TEXT("hello")}
      component restarts
      minutes pass 121
      crone says again
      WICCA < nothing

    aren't invited again if they were kicked, are inside again, or rooms.invite_again is 0
      wicca enters
      hag enters
      hag makes wicca none
      hag leaves
      minutes pass 1500
      crone says the first
      WICCA < nothing
      wicca enters
      wicca leaves
      wicca enters
      minutes pass 1500
      crone says the second
      wicca leaves
      WICCA < nothing
      component restarts {"rooms": {"invite_again": 0}}
      minutes pass 1500
      crone says the third
      WICCA < nothing

    aren't invited if rooms.absent_members is off
      component restarts {"rooms": {"absent_members": "off"}}
      crone says hello
      WICCA < nothing
  `);
});

describe("members who were inside", () => {
  onStage(
    {},
    `HAG calls create
    HAG calls add CRONE WICCA
    crone enters
    wicca enters
    all hush`,
  ).scenes(`
    aren't invited again while an invitation is pending
      HAG calls add OTHER
      OTHER < 1 stanza
      crone says hello
      HAG calls say hello again
      OTHER < nothing
      CRONE calls add OTHER
      OTHER < 1 stanza

    aren't invited after they left, also after a restart, until they are added again
      wicca leaves
      crone says and after
      WICCA < nothing
      component restarts
      crone says and after a restart
      WICCA < nothing
      CRONE calls add WICCA
      WICCA < 1 stanza

    aren't invited after their session was lost, as their clients enter again
      crone says hello
      wicca returns message coven/crone service-unavailable id=m1
      crone says anybody there?
      WICCA < nothing
      wicca enters
      crone says welcome back
      WICCA < nothing

    aren't invited after a kick
      hag enters
      hag makes wicca none
      crone says good riddance
      WICCA < nothing
      component restarts
      crone says still
      WICCA < nothing

    aren't invited once they are removed, banned or cleared
      hag enters
      for $remove in "HAG calls del WICCA" "hag makes WICCA outcast" "HAG calls clear wiccarocks"
        $remove
        crone says hello
        WICCA < nothing
        hag makes WICCA none
        HAG calls add WICCA
        wicca enters
        all hush
  `);
});
