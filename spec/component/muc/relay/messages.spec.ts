import { onStage } from "../stage.js";

describe("messages in a room", () => {
  onStage({ messageBytes: 2000 }, "coven meets").scenes(`
    are sent to everybody including the sender, with id, attributes and children
      crone sends <message to="coven" type="groupchat" id="m1" xml:lang="en" client_ver="1">
        <body msgType="1">Thrice</body><active xmlns="states"/><origin-id xmlns="sid" id="o1"/></message>
      for $who in hag crone
        $who < message coven/crone groupchat "Thrice"
             | <this id="m1" xml:lang="en" client_ver="1"/> <body msgType="1"/> <active xmlns="states"/>
               <origin-id id="o1"/> <stanza-id xmlns="sid" by="coven"/> <occupant-id xmlns="occupantId" id="*"/>

    are refused from outside, from visitors, and if they are too long
      wicca says let me in
      wicca < message coven error modify/not-acceptable by coven
      hag makes crone visitor
      all hush
      crone says may I?
      crone < message coven error auth/forbidden by coven
      hag makes crone participant
      all hush
      crone says ${"x".repeat(2001)}
      crone whispers hag ${"x".repeat(2001)}
      crone < message coven error modify/policy-violation by coven
            < message coven/hag error modify/policy-violation by coven
      hag < nothing

    have ids that are the same in the history, with the time from the room
      crone says one
      hag says two
      hag < message coven/crone groupchat "one" | <stanza-id id="$one"/>
          < message coven/hag groupchat "two" | <stanza-id id="$two"/>
      wicca enters
      wicca ~ message coven/crone groupchat "one" delayed
            | <stanza-id id="$one"/> <occupant-id id="*"/> <delay from="coven"/>
            ~ message coven/hag groupchat "two" delayed | <stanza-id id="$two"/>

    reach all sessions of an occupant in private, with a mark, and aren't stored
      crone/phone enters
      all hush
      hag sends <message to="coven/crone" type="chat" id="p1"><body>psst</body></message>
      crone, crone/phone < message coven/hag chat "psst" | <this id="p1"/> <x xmlns="user"/> !<stanza-id/>
      hag < nothing
      db has archive = 0

    are refused in private as groupchat, to absent occupants, and from outside
      hag sends <message to="coven/crone" type="groupchat"><body>psst</body></message>
      hag < message coven/crone error modify/bad-request by coven
      hag whispers nobody psst
      hag < message coven/nobody error cancel/item-not-found by coven
      wicca whispers crone psst
      wicca < message coven/crone error modify/not-acceptable by coven

    are refused with presence and errors of no known kind
      for $to in coven service
        crone sends <message to="$to"><body>psst</body></message>
        crone ~ error cancel/service-unavailable
      for $what in message presence
        crone returns $what coven feature-not-implemented
        crone returns $what coven/hag feature-not-implemented
      hag, crone < nothing

    get a higher archive id than all before, even if the clock was put back
      crone says one
      db runs UPDATE archive SET id = id + 3600000000
      component restarts
      crone says two
      crone reads = one, two
  `);
});

describe("messages of one user", () => {
  onStage({ rooms: { messages_per_second: 1 } }, "coven meets").scenes(`
    are limited, which affects nobody else
      ${"hag says hubble &\n      ".repeat(6)}
      hag ~ message coven error wait/resource-constraint by coven
          ~ hubble
      all hush
      crone says bubble
      hag < message coven/crone groupchat "bubble"
  `);
});
