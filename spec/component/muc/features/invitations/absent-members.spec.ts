import { DOMAIN, ROOM } from "../../play.js";
import { onStage } from "../../stage.js";
import { component, everybody } from "../../../../plays/component.js";
import { time } from "../../../../plays/time.js";
import {
  CRONE,
  HAG,
  NEWCOMER,
  WICCA,
  crone,
  hag,
  newcomer,
  person,
  wicca,
} from "../../../../plays/people.js";
import { forEach } from "../../../../plays/steps.js";

const LINK = `xmpp:${ROOM}?join`;
const TEXT = (text: string): string => `message ${DOMAIN} "coven ${LINK}\\ncrone: ${text}"`;

/** A room with members whom nobody invited, one of them inside. */
const absentMembers = [
  hag.opens`persistentroom=1`,
  hag.makes`CRONE member; WICCA member`,
  hag.configures`membersonly=1`,
  crone.enters(),
  everybody.hush(),
];

describe("absent members", () => {
  onStage({}, absentMembers).scenes({
    "are invited once with the first message, until they enter": [
      hag.configures`whois=anyone roomname=研发群`,
      crone.says`the first`,
      crone.says`the second`,
      HAG.calls`say the third`,
      WICCA.hears`message crone1@qtalk.test.org "研发群 ${LINK}\\ncrone: the first"
            | <x xmlns="conference" jid="coven" reason="crone: the first"/>`,
      wicca.enters(),
      crone.says`the fourth`,
      WICCA.hears`nothing`,
    ],

    "are invited by encrypted messages, and not by typing or unstored messages": [
      crone.posts`<composing xmlns="states"/>`,
      crone.posts`<body>psst</body><no-store xmlns="hints"/>`,
      WICCA.hears`nothing`,
      crone.posts`<encrypted xmlns="urn:xmpp:omemo:2"/>`,
      WICCA.hears`${TEXT("")}`,
    ],

    "get at most 500 characters of the message": [
      crone.says`${"x".repeat(501)}`,
      WICCA.hears`${TEXT(`${"x".repeat(499)}…`)}`,
    ],

    "get all of it if it isn't longer, but not the sender's address if the room hides it": [
      crone.says`${"x".repeat(500)}`,
      WICCA.hears`${TEXT("x".repeat(500))}`,
    ],

    "aren't invited to open rooms": [hag.configures`membersonly=0`, crone.says`hello`, WICCA.hears`nothing`],

    "aren't invited to temporary rooms": [
      hag.configures`persistentroom=0`,
      crone.says`hello`,
      WICCA.hears`nothing`,
    ],

    "aren't invited by their own messages": [WICCA.calls`say from afar`, WICCA.hears`nothing`],

    "aren't invited if they were inside before they became members": [
      hag.configures`membersonly=0`,
      newcomer.enters(),
      hag.makes`NEW member`,
      hag.configures`membersonly=1`,
      newcomer.leaves(),
      hag.enters(),
      hag.says`hello`,
      NEWCOMER.hears`nothing`,
    ],

    "are invited again, once, if they were inside and have been away for a day": [
      wicca.enters(),
      wicca.leaves(),
      crone.says`the first`,
      time.passes`1439 minutes`,
      crone.says`the second`,
      WICCA.hears`nothing`,
      time.passes`2 minutes`,
      crone.says`the third`,
      WICCA.hears`${TEXT("the third")}
            | <x xmlns="conference" jid="coven" reason="crone: the third"/>`,
      crone.says`the fourth`,
      time.passes`3000 minutes`,
      crone.says`the fifth`,
      WICCA.hears`nothing`,
      wicca.enters(),
      wicca.leaves(),
      time.passes`1441 minutes`,
      crone.says`the sixth`,
      WICCA.hears`${TEXT("the sixth")}`,
    ],

    "are invited again after a restart, and after the hours of rooms.invite_again": [
      wicca.enters(),
      wicca.leaves(),
      component.restarts`{"rooms": {"invite_again": 2}}`,
      time.passes`121 minutes`,
      crone.says`hello`,
      WICCA.hears`${TEXT("hello")}`,
      component.restarts(),
      time.passes`121 minutes`,
      crone.says`again`,
      WICCA.hears`nothing`,
    ],

    "aren't invited again if they were kicked, are inside again, or rooms.invite_again is 0": [
      wicca.enters(),
      hag.enters(),
      hag.makes`wicca none`,
      hag.leaves(),
      time.passes`1500 minutes`,
      crone.says`the first`,
      WICCA.hears`nothing`,
      wicca.enters(),
      wicca.leaves(),
      wicca.enters(),
      time.passes`1500 minutes`,
      crone.says`the second`,
      wicca.leaves(),
      WICCA.hears`nothing`,
      component.restarts`{"rooms": {"invite_again": 0}}`,
      time.passes`1500 minutes`,
      crone.says`the third`,
      WICCA.hears`nothing`,
    ],

    "aren't invited if rooms.absent_members is off": [
      component.restarts`{"rooms": {"absent_members": "off"}}`,
      crone.says`hello`,
      WICCA.hears`nothing`,
    ],
  });
});

describe("members who were inside", () => {
  onStage({}, [
    HAG.calls`create`,
    HAG.calls`add CRONE WICCA`,
    crone.enters(),
    wicca.enters(),
    everybody.hush(),
  ]).scenes({
    "aren't invited again while an invitation is pending": [
      HAG.calls`add OTHER`,
      person("OTHER").hears`1 stanza`,
      crone.says`hello`,
      HAG.calls`say hello again`,
      person("OTHER").hears`nothing`,
      CRONE.calls`add OTHER`,
      person("OTHER").hears`1 stanza`,
    ],

    "aren't invited after they left, also after a restart, until they are added again": [
      wicca.leaves(),
      crone.says`and after`,
      WICCA.hears`nothing`,
      component.restarts(),
      crone.says`and after a restart`,
      WICCA.hears`nothing`,
      CRONE.calls`add WICCA`,
      WICCA.hears`1 stanza`,
    ],

    "aren't invited after their session was lost, as their clients enter again": [
      crone.says`hello`,
      wicca.returns`message coven/crone service-unavailable id=m1`,
      crone.says`anybody there?`,
      WICCA.hears`nothing`,
      wicca.enters(),
      crone.says`welcome back`,
      WICCA.hears`nothing`,
    ],

    "aren't invited after a kick": [
      hag.enters(),
      hag.makes`wicca none`,
      crone.says`good riddance`,
      WICCA.hears`nothing`,
      component.restarts(),
      crone.says`still`,
      WICCA.hears`nothing`,
    ],

    "aren't invited once they are removed, banned or cleared": [
      hag.enters(),
      forEach([HAG.calls`del WICCA`, hag.makes`WICCA outcast`, HAG.calls`clear wiccarocks`], (remove) => [
        remove,
        crone.says`hello`,
        WICCA.hears`nothing`,
        hag.makes`WICCA none`,
        HAG.calls`add WICCA`,
        wicca.enters(),
        everybody.hush(),
      ]),
    ],
  });
});
