import { onStage } from "../stage.js";

describe("entering a room", () => {
  onStage({}, "hag opens").scenes(`
    sends other occupants, the own presence, the history, then the subject
      hag posts <subject>Fire burn</subject>
      hag says Harpier cries
      crone enters
      all hush
      wicca enters
      wicca < presence coven/hag owner/moderator
            < presence coven/crone none/participant
            < presence coven/wicca none/participant 110
            < message coven/hag groupchat "Harpier cries" delayed
            < message coven/hag groupchat "Fire burn" delayed
      hag, crone < presence coven/wicca none/participant

    echoes the client's stanza id, and relays its presence
      crone sends <presence to="coven/crone" id="n1"><x xmlns="muc"/><show>away</show>
        <c xmlns="capabilities" hash="sha-1" node="n" ver="v"/>
        <x xmlns="user"><item affiliation="owner" role="moderator"/></x></presence>
      crone ~ presence coven/crone none/participant 110 | <this id="n1"/>
      hag < presence coven/crone none/participant
          | <show>away</show> <c ver="v"/> !<x xmlns="muc"/> !<item affiliation="owner"/>

    sends the same occupant-id for every nickname, and another one in other rooms
      crone enters
      hag < presence coven/crone none/participant | <occupant-id xmlns="occupantId" id="$crone"/>
      crone leaves
      crone enters as witch
      hag ~ presence coven/witch none/participant | <occupant-id id="$crone"/>
      all hush
      crone enters cave
      crone < ...
            < presence cave/crone owner/moderator 201 110 | <occupant-id id="*"/> !<occupant-id id="$crone"/>
            < message cave groupchat ""

    sends 210 if the nickname was changed
      hag enters cave as " old  hag "
      hag < presence cave/old hag owner/moderator 201 210 110
          < message cave groupchat ""

    accepts emoji and letters of all scripts in nicknames
      for $nick in "测试 一" "👩‍👩‍👧 family" Ω क्‍ष ❤️ שלום
        new enters as "$nick"
        new ~ presence coven/$nick none/participant 110
        new leaves

    replays everything to a session that enters again, without checks
      crone enters
      hag says again
      hag configures passwordprotectedroom=1 roomsecret=cauldron
      all hush
      crone enters
      crone < presence coven/hag owner/moderator
            < presence coven/crone none/participant 110
            < message coven/hag groupchat "again" delayed
            < message coven groupchat ""
      hag < nothing

    sends presence of a session outside back with 333, so that it enters again
      crone appears <show>away</show>
      crone < presence coven/crone unavailable none/none 307 333 110
      hag < nothing

    treats presence to the room itself as an update
      crone enters
      all hush
      crone sends <presence to="coven"><show>dnd</show></presence>
      hag < presence coven/crone none/participant | <show>dnd</show>
      crone < presence coven/crone none/participant 110
  `);
});

describe("entering a room is refused", () => {
  const looksLike = ["0ld hag", "o1d hag", "OId Hag", "oldhag"].map((nick) => JSON.stringify(nick));
  const malformed = [
    ...["   ", "ha\u0085g", "hag\u202egah", "ha\u200bg", "old\u00a0hag", "old\u3000hag"],
    ...["h".repeat(65), "\ue000", `h${"\u0301".repeat(9)}`],
  ];

  onStage().scenes(`
    from the requested address
      stranger enters as who
      stranger < presence coven/who error cancel/not-allowed by coven | <x xmlns="muc"/>

    without a nickname
      hag sends <presence to="coven"><x xmlns="muc"/></presence>
      hag < presence coven error modify/jid-malformed by coven

    to outcasts, and to users of a banned domain without an affiliation
      hag opens
      hag makes elsewhere.test outcast
      hag makes CRONE outcast
      stranger enters
      stranger < presence coven/stranger error auth/forbidden by coven
      crone enters
      crone < presence coven/crone error auth/forbidden by coven
      hag makes STRANGER member
      stranger enters
      stranger < 3 stanzas

    under an occupied or reserved nickname, in any spelling
      hag opens
      hag appears as Hag
      for $nick in Hag hag "Hag " Ｈａｇ
        crone enters as "$nick"
        crone < presence coven/$nick error cancel/conflict by coven
      hag makes WICCA member nick=wicca
      crone enters as wicca
      crone < presence coven/wicca error cancel/conflict by coven
      wicca enters
      wicca < 3 stanzas

    if the room is full, unless they administer it
      hag opens maxusers=1
      crone enters
      crone < presence coven/crone error wait/service-unavailable by coven
      hag makes CRONE admin
      crone enters
      crone < 3 stanzas

    if the room is locked
      hag enters
      crone enters
      crone < presence coven/crone error cancel/item-not-found by coven

    in the order banned, members, password, conflict, full
      hag opens membersonly=1 passwordprotectedroom=1 roomsecret=cauldron maxusers=1
      hag makes CRONE outcast
      crone enters as hag
      crone < presence coven/hag error auth/forbidden by coven
      hag makes CRONE none
      crone enters as hag
      crone < presence coven/hag error auth/registration-required by coven
      hag makes CRONE member
      crone enters as hag
      crone < presence coven/hag error auth/not-authorized by coven
      crone enters as hag <password>cauldron</password>
      crone < presence coven/hag error cancel/conflict by coven
      crone enters <password>cauldron</password>
      crone < presence coven/crone error wait/service-unavailable by coven

    under a nickname that looks like another's
      crone enters as "Old hag"
      crone configures
      for $nick in ${looksLike.join(" ")}
        hag enters as "$nick"
        hag < presence coven/$nick error cancel/conflict by coven

    under a nickname with blanks, control or invisible characters, or that is too long
      crone opens
      for $nick in ${malformed.map((nick) => JSON.stringify(nick)).join(" ")}
        hag enters as "$nick"
        hag ~ error modify/jid-malformed
        crone < nothing
  `);
});

describe("several sessions of one account in a room", () => {
  onStage({}, "coven meets\ncrone/phone enters\nall hush").scenes(`
    are one item in a presence
      wicca enters
      wicca < presence coven/hag owner/moderator
            < presence coven/crone none/participant
            < presence coven/wicca none/participant 110
            < message coven groupchat ""

    are told of the leaving of one in that session only
      crone/phone leaves
      crone/phone < presence coven/crone unavailable none/none 110
      crone, hag < nothing

    are all kicked
      hag makes crone none
      crone, crone/phone < presence coven/crone unavailable none/none 307 110
      hag < presence coven/crone unavailable none/none 307
  `);
});
