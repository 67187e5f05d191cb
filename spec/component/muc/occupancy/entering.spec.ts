import { onStage } from "../stage.js";
import { coven, everybody } from "../../../plays/component.js";
import { crone, each, hag, newcomer, stranger, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

describe("entering a room", () => {
  onStage({}, [hag.opens()]).scenes({
    "sends other occupants, the own presence, the history, then the subject": [
      hag.posts`<subject>Fire burn</subject>`,
      hag.says`Harpier cries`,
      crone.enters(),
      everybody.hush(),
      wicca.enters(),
      wicca.hears`presence coven/hag owner/moderator
          < presence coven/crone none/participant
          < presence coven/wicca none/participant 110
          < message coven/hag groupchat "Harpier cries" delayed
          < message coven/hag groupchat "Fire burn" delayed`,
      each(hag, crone).hears`presence coven/wicca none/participant`,
    ],

    "echoes the client's stanza id, and relays its presence": [
      crone.sends`<presence to="coven/crone" id="n1"><x xmlns="muc"/><show>away</show>
        <c xmlns="capabilities" hash="sha-1" node="n" ver="v"/>
        <x xmlns="user"><item affiliation="owner" role="moderator"/></x></presence>`,
      crone.notices`presence coven/crone none/participant 110 | <this id="n1"/>`,
      hag.hears`presence coven/crone none/participant
            | <show>away</show> <c ver="v"/> !<x xmlns="muc"/> !<item affiliation="owner"/>`,
    ],

    "sends the same occupant-id for every nickname, and another one in other rooms": [
      crone.enters(),
      hag.hears`presence coven/crone none/participant | <occupant-id xmlns="occupantId" id="$crone"/>`,
      crone.leaves(),
      crone.enters`as witch`,
      hag.notices`presence coven/witch none/participant | <occupant-id id="$crone"/>`,
      everybody.hush(),
      crone.enters`cave`,
      crone.hears`...
          < presence cave/crone owner/moderator 201 110 | <occupant-id id="*"/> !<occupant-id id="$crone"/>
          < message cave groupchat ""`,
    ],

    "sends 210 if the nickname was changed": [
      hag.enters`cave as " old  hag "`,
      hag.hears`presence cave/old hag owner/moderator 201 210 110
          < message cave groupchat ""`,
    ],

    "accepts emoji and letters of all scripts in nicknames": [
      forEach(["测试 一", "👩‍👩‍👧 family", "Ω", "क्‍ष", "❤️", "שלום"], (nick) => [
        newcomer.enters`as "${nick}"`,
        newcomer.notices`presence coven/${nick} none/participant 110`,
        newcomer.leaves(),
      ]),
    ],

    "replays everything to a session that enters again, without checks": [
      crone.enters(),
      hag.says`again`,
      hag.configures`passwordprotectedroom=1 roomsecret=cauldron`,
      everybody.hush(),
      crone.enters(),
      crone.hears`presence coven/hag owner/moderator
          < presence coven/crone none/participant 110
          < message coven/hag groupchat "again" delayed
          < message coven groupchat ""`,
      hag.hears`nothing`,
    ],

    "sends presence of a session outside back with 333, so that it enters again": [
      crone.appears`<show>away</show>`,
      crone.hears`presence coven/crone unavailable none/none 307 333 110`,
      hag.hears`nothing`,
    ],

    "treats presence to the room itself as an update": [
      crone.enters(),
      everybody.hush(),
      crone.sends`<presence to="coven"><show>dnd</show></presence>`,
      hag.hears`presence coven/crone none/participant | <show>dnd</show>`,
      crone.hears`presence coven/crone none/participant 110`,
    ],
  });
});

describe("entering a room is refused", () => {
  const looksLike = ["0ld hag", "o1d hag", "OId Hag", "oldhag"];
  const malformed = [
    ...["   ", "ha\u0085g", "hag\u202egah", "ha\u200bg", "old\u00a0hag", "old\u3000hag"],
    ...["h".repeat(65), "\ue000", `h${"\u0301".repeat(9)}`],
  ];

  onStage().scenes({
    "from the requested address": [
      stranger.enters`as who`,
      stranger.hears`presence coven/who error cancel/not-allowed by coven | <x xmlns="muc"/>`,
    ],

    "without a nickname": [
      hag.sends`<presence to="coven"><x xmlns="muc"/></presence>`,
      hag.hears`presence coven error modify/jid-malformed by coven`,
    ],

    "to outcasts, and to users of a banned domain without an affiliation": [
      hag.opens(),
      hag.makes`elsewhere.test outcast`,
      hag.makes`CRONE outcast`,
      stranger.enters(),
      stranger.hears`presence coven/stranger error auth/forbidden by coven`,
      crone.enters(),
      crone.hears`presence coven/crone error auth/forbidden by coven`,
      hag.makes`STRANGER member`,
      stranger.enters(),
      stranger.hears`3 stanzas`,
    ],

    "under an occupied or reserved nickname, in any spelling": [
      hag.opens(),
      hag.appears`as Hag`,
      forEach(["Hag", "hag", "Hag ", "Ｈａｇ"], (nick) => [
        crone.enters`as "${nick}"`,
        crone.hears`presence coven/${nick} error cancel/conflict by coven`,
      ]),
      hag.makes`WICCA member nick=wicca`,
      crone.enters`as wicca`,
      crone.hears`presence coven/wicca error cancel/conflict by coven`,
      wicca.enters(),
      wicca.hears`3 stanzas`,
    ],

    "if the room is full, unless they administer it": [
      hag.opens`maxusers=1`,
      crone.enters(),
      crone.hears`presence coven/crone error wait/service-unavailable by coven`,
      hag.makes`CRONE admin`,
      crone.enters(),
      crone.hears`3 stanzas`,
    ],

    "if the room is locked": [
      hag.enters(),
      crone.enters(),
      crone.hears`presence coven/crone error cancel/item-not-found by coven`,
    ],

    "in the order banned, members, password, conflict, full": [
      hag.opens`membersonly=1 passwordprotectedroom=1 roomsecret=cauldron maxusers=1`,
      hag.makes`CRONE outcast`,
      crone.enters`as hag`,
      crone.hears`presence coven/hag error auth/forbidden by coven`,
      hag.makes`CRONE none`,
      crone.enters`as hag`,
      crone.hears`presence coven/hag error auth/registration-required by coven`,
      hag.makes`CRONE member`,
      crone.enters`as hag`,
      crone.hears`presence coven/hag error auth/not-authorized by coven`,
      crone.enters`as hag <password>cauldron</password>`,
      crone.hears`presence coven/hag error cancel/conflict by coven`,
      crone.enters`<password>cauldron</password>`,
      crone.hears`presence coven/crone error wait/service-unavailable by coven`,
    ],

    "under a nickname that looks like another's": [
      crone.enters`as "Old hag"`,
      crone.configures(),
      forEach(looksLike, (nick) => [
        hag.enters`as "${nick}"`,
        hag.hears`presence coven/${nick} error cancel/conflict by coven`,
      ]),
    ],

    "under a nickname with blanks, control or invisible characters, or that is too long": [
      crone.opens(),
      forEach(malformed, (nick) => [
        hag.enters`as ${JSON.stringify(nick)}`,
        hag.notices`error modify/jid-malformed`,
        crone.hears`nothing`,
      ]),
    ],
  });
});

describe("several sessions of one account in a room", () => {
  onStage({}, [coven.meets(), crone.at("phone").enters(), everybody.hush()]).scenes({
    "are one item in a presence": [
      wicca.enters(),
      wicca.hears`presence coven/hag owner/moderator
          < presence coven/crone none/participant
          < presence coven/wicca none/participant 110
          < message coven groupchat ""`,
    ],

    "are told of the leaving of one in that session only": [
      crone.at("phone").leaves(),
      crone.at("phone").hears`presence coven/crone unavailable none/none 110`,
      each(crone, hag).hears`nothing`,
    ],

    "are all kicked": [
      hag.makes`crone none`,
      each(crone, crone.at("phone")).hears`presence coven/crone unavailable none/none 307 110`,
      hag.hears`presence coven/crone unavailable none/none 307`,
    ],
  });
});
