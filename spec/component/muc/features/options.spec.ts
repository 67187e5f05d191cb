/** The effects of options on occupants: passwords, private messages, requests, broadcast presence, the list of members. */
import { onStage } from "../stage.js";
import { coven, everybody } from "../../../plays/component.js";
import { CRONE, HAG, crone, hag, stranger, wicca, type Person } from "../../../plays/people.js";
import { forEach, meanwhile } from "../../../plays/steps.js";
import { type RoomStep } from "../../../plays/rooms.js";

describe("a room's password", () => {
  onStage({}, [hag.opens()]).scenes({
    "isn't set by a form that requires none": [
      forEach(["0", "false"], (no) => [hag.configures`passwordprotectedroom=${no} roomsecret=cauldron`]),
      crone.enters(),
      crone.hears`3 stanzas`,
    ],

    "is set by the secret alone": [
      hag.configures`roomsecret=cauldron`,
      crone.enters(),
      crone.hears`presence coven/crone error auth/not-authorized by coven`,
    ],

    "is set with the field that requires one, and removed by a form that requires none": [
      hag.configures`passwordprotectedroom=1 roomsecret=cauldron`,
      crone.enters(),
      crone.hears`presence coven/crone error auth/not-authorized by coven`,
      hag.configures`passwordprotectedroom=0 roomsecret=other`,
      crone.enters(),
      crone.hears`3 stanzas`,
    ],

    "stays if the form is invalid, and must be given if the form requires one": [
      hag.configures`passwordprotectedroom=1 = modify/not-acceptable by coven
        | <text>/passwordprotectedroom/</text>`,
      crone.enters(),
      crone.hears`3 stanzas`,
      crone.leaves(),
      hag.configures`roomsecret=cauldron`,
      hag.configures`passwordprotectedroom=perhaps = modify/not-acceptable by coven
        | <text>/passwordprotectedroom/</text>`,
      everybody.hush(),
      crone.enters(),
      crone.hears`presence coven/crone error auth/not-authorized by coven`,
    ],
  });
});

describe("private messages", () => {
  const MODERATORS = "{xmpp:prosody.im}muc#allow_modpm";
  const arrives = (from: Person, to: Person): RoomStep[] => [
    from.whispers`${to} psst`,
    to.notices`message coven/${from} chat "psst"`,
  ];
  const isRefused = (from: Person, to: Person): RoomStep[] => [
    from.whispers`${to} psst`,
    from.notices`message coven/${to} error auth/forbidden by coven`,
    to.misses`psst`,
  ];

  onStage({}, [coven.meets`wicca`, hag.makes`CRONE member`, hag.makes`wicca visitor`]).scenes({
    "can be sent by everybody by default": [arrives(wicca, crone), arrives(crone, wicca)],

    "can be limited to participants": [
      hag.configures`allowpm=participants ${MODERATORS}=0`,
      isRefused(wicca, hag),
      arrives(crone, wicca),
    ],

    "can be limited to members": [
      hag.configures`allowpm=members`,
      arrives(crone, wicca),
      isRefused(wicca, crone),
    ],

    "reach moderators if they are off for all, and moderators can answer": [
      hag.configures`allowpm=none`,
      arrives(wicca, hag),
      arrives(hag, wicca),
      isRefused(wicca, crone),
      isRefused(crone, wicca),
    ],

    "don't reach moderators if the room says so": [
      hag.configures`allowpm=none ${MODERATORS}=0`,
      isRefused(wicca, hag),
    ],

    "can be limited to moderators": [
      hag.configures`allowpm=moderators ${MODERATORS}=0`,
      isRefused(wicca, hag),
      arrives(hag, wicca),
    ],
  });
});

/** muc#roomconfig_allow_query_users */
describe("requests from occupant to occupant", () => {
  onStage({}, [coven.meets()]).scenes({
    "aren't relayed if they are off, which is advertised": [
      forEach(["allow_query_users", ":allow_query_users"], (field) => [
        hag.configures`allow_query_users=1`,
        crone.asks`info | {allow_query_users=1}`,
        hag.configures`${field}=0`,
        crone.asks`info | {allow_query_users=0}`,
        forEach(["info", "version", "ping"], (request) => [
          crone.asks`coven/hag ${request} = cancel/not-allowed by coven`,
        ]),
      ]),
    ],

    "are always relayed if they are for a vCard or to oneself": [
      hag.configures`allow_query_users=0`,
      meanwhile(crone.asks`coven/hag vcard`),
      HAG.isAsked`vCard | <this id="$id"/>`,
      HAG.sends`<iq to="coven/crone" type="result" id="$id"><vCard xmlns="vcard"/></iq>`,
      crone.asks`coven/crone ping`,
    ],
  });
});

/** Changes of muc#roomconfig_presencebroadcast while occupants are inside. */
describe("broadcasting the presence of some roles", () => {
  onStage({}, [coven.meets`wicca`]).scenes({
    "shows occupants who become invisible as leaving, and as entering later": [
      hag.configures`presencebroadcast=moderator`,
      crone.hears`message coven groupchat 104
          < presence coven/wicca unavailable none/none`,
      hag.hears`message coven groupchat 104
          < presence coven/crone unavailable none/none
          < presence coven/wicca unavailable none/none`,
      wicca.leaves(),
      crone.hears`nothing`,
      hag.configures`presencebroadcast=moderator presencebroadcast=participant presencebroadcast=visitor`,
      hag.hears`message coven groupchat 104
          < presence coven/crone none/participant`,
      crone.hears`message coven groupchat 104`,
    ],

    "shows occupants who are put out by the same form as leaving once": [
      hag.makes`CRONE member`,
      everybody.hush(),
      hag.configures`presencebroadcast=moderator membersonly=1`,
      crone.hears`message coven groupchat 104
          < presence coven/wicca unavailable none/none 322`,
    ],

    "shows who becomes an invisible visitor as leaving, without a role": [
      hag.configures`presencebroadcast=moderator presencebroadcast=participant`,
      everybody.hush(),
      hag.makes`crone visitor <reason>hush</reason>`,
      wicca.hears`presence coven/crone unavailable none/none`,
      crone.hears`presence coven/crone none/visitor 110`,
      hag.makes`crone participant`,
      wicca.hears`presence coven/crone none/participant`,
    ],

    "shows no change of occupants who were invisible before": [
      hag.configures`presencebroadcast=moderator`,
      everybody.hush(),
      hag.makes`crone visitor`,
      wicca.hears`nothing`,
      crone.hears`presence coven/crone none/visitor 110`,
    ],
  });
});

/** Permission to read the list of a room's members (muc#roomconfig_getmemberlist). */
describe("the list of a room's members", () => {
  const ALL = "whois=anyone getmemberlist=moderator getmemberlist=participant getmemberlist=visitor";

  onStage({}, [coven.meets`wicca`, hag.makes`CRONE member`]).scenes({
    "can be read by members, and not by other occupants, if addresses are shown": [
      crone.lists`member = auth/forbidden by coven`,
      hag.configures`${ALL}`,
      crone.lists`member = ${CRONE.address}`,
      wicca.lists`member = auth/forbidden by coven`,
      stranger.lists`member = auth/forbidden by coven`,
    ],

    "can be read by members who are moderators, and not by other moderators": [
      hag.makes`crone moderator; wicca moderator`,
      crone.lists`member = ${CRONE.address}`,
      wicca.lists`member = auth/forbidden by coven`,
    ],

    "can be read in the configured roles and higher ones, and by administrators always": [
      hag.configures`whois=anyone getmemberlist=moderator`,
      crone.lists`member = auth/forbidden by coven`,
      hag.makes`crone moderator`,
      crone.lists`member = ${CRONE.address}`,
      hag.configures`whois=anyone getmemberlist=participant`,
      crone.lists`member = ${CRONE.address}`,
      hag.configures`getmemberlist=()`,
      crone.lists`member = auth/forbidden by coven`,
      hag.lists`member = ${CRONE.address}`,
    ],

    "can be read by members outside as if they were participants": [
      hag.configures`${ALL}`,
      crone.leaves(),
      crone.lists`member = ${CRONE.address}`,
      hag.configures`whois=anyone getmemberlist=moderator`,
      crone.lists`member = auth/forbidden by coven`,
    ],

    "can be read with the lists of administrators and owners in members-only rooms": [
      hag.configures`${ALL}`,
      crone.lists`owner = auth/forbidden by coven`,
      hag.configures`membersonly=1`,
      crone.lists`owner = ${HAG.address}`,
      crone.lists`admin = nobody`,
      crone.lists`outcast = auth/forbidden by coven`,
    ],

    "can't be configured for other roles": [
      hag.configures`getmemberlist=participant getmemberlist=member = modify/not-acceptable by coven
        | <text>/getmemberlist/</text>`,
    ],
  });
});
