import { onStage } from "../stage.js";
import { component, coven, db, everybody } from "../../../plays/component.js";
import { crone, each, hag, wicca } from "../../../plays/people.js";
import { forEach, meanwhile } from "../../../plays/steps.js";

describe("messages in a room", () => {
  onStage({ messageBytes: 2000 }, [coven.meets()]).scenes({
    "are sent to everybody including the sender, with id, attributes and children": [
      crone.sends`<message to="coven" type="groupchat" id="m1" xml:lang="en" client_ver="1">
        <body msgType="1">Thrice</body><active xmlns="states"/><origin-id xmlns="sid" id="o1"/></message>`,
      forEach([hag, crone], (who) => [
        who.hears`message coven/crone groupchat "Thrice"
            | <this id="m1" xml:lang="en" client_ver="1"/> <body msgType="1"/> <active xmlns="states"/>
            <origin-id id="o1"/> <stanza-id xmlns="sid" by="coven"/> <occupant-id xmlns="occupantId" id="*"/>`,
      ]),
    ],

    "are refused from outside, from visitors, and if they are too long": [
      wicca.says`let me in`,
      wicca.hears`message coven error modify/not-acceptable by coven`,
      hag.makes`crone visitor`,
      everybody.hush(),
      crone.says`may I?`,
      crone.hears`message coven error auth/forbidden by coven`,
      hag.makes`crone participant`,
      everybody.hush(),
      crone.says`${"x".repeat(2001)}`,
      crone.whispers`hag ${"x".repeat(2001)}`,
      crone.hears`message coven error modify/policy-violation by coven
          < message coven/hag error modify/policy-violation by coven`,
      hag.hears`nothing`,
    ],

    "have ids that are the same in the history, with the time from the room": [
      crone.says`one`,
      hag.says`two`,
      hag.hears`message coven/crone groupchat "one" | <stanza-id id="$one"/>
          < message coven/hag groupchat "two" | <stanza-id id="$two"/>`,
      wicca.enters(),
      wicca.notices`message coven/crone groupchat "one" delayed
            | <stanza-id id="$one"/> <occupant-id id="*"/> <delay from="coven"/>
          < message coven/hag groupchat "two" delayed | <stanza-id id="$two"/>`,
    ],

    "reach all sessions of an occupant in private, with a mark, and aren't stored": [
      crone.at("phone").enters(),
      everybody.hush(),
      hag.sends`<message to="coven/crone" type="chat" id="p1"><body>psst</body></message>`,
      each(crone, crone.at("phone"))
        .hears`message coven/hag chat "psst" | <this id="p1"/> <x xmlns="user"/> !<stanza-id/>`,
      hag.hears`nothing`,
      db.has`archive = 0`,
    ],

    "are refused in private as groupchat, to absent occupants, and from outside": [
      hag.sends`<message to="coven/crone" type="groupchat"><body>psst</body></message>`,
      hag.hears`message coven/crone error modify/bad-request by coven`,
      hag.whispers`nobody psst`,
      hag.hears`message coven/nobody error cancel/item-not-found by coven`,
      wicca.whispers`crone psst`,
      wicca.hears`message coven/crone error modify/not-acceptable by coven`,
    ],

    "are refused with presence and errors of no known kind": [
      forEach(["coven", "service"], (to) => [
        crone.sends`<message to="${to}"><body>psst</body></message>`,
        crone.notices`error cancel/service-unavailable`,
      ]),
      forEach(["message", "presence"], (what) => [
        crone.returns`${what} coven feature-not-implemented`,
        crone.returns`${what} coven/hag feature-not-implemented`,
      ]),
      each(hag, crone).hears`nothing`,
    ],

    "get a higher archive id than all before, even if the clock was put back": [
      crone.says`one`,
      db.runs`UPDATE archive SET id = id + 3600000000`,
      component.restarts(),
      crone.says`two`,
      crone.reads`= one, two`,
    ],
  });
});

describe("messages of one user", () => {
  onStage({ rooms: { messages_per_second: 1 } }, [coven.meets()]).scenes({
    "are limited, which affects nobody else": [
      ...Array.from({ length: 6 }, () => meanwhile(hag.says`hubble`)),
      hag.notices`message coven error wait/resource-constraint by coven
          < hubble`,
      everybody.hush(),
      crone.says`bubble`,
      hag.hears`message coven/crone groupchat "bubble"`,
    ],
  });
});
