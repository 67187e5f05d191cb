import { onStage } from "../stage.js";
import { component, coven, db, everybody, link } from "../../../plays/component.js";
import { crone, each, hag, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

const GONE = [
  ...["internal-server-error", "redirect", "remote-server-not-found", "remote-server-timeout", "gone"],
  ...["item-not-found", "jid-malformed", "recipient-unavailable", "service-unavailable"],
];

describe("leaving a room and changing the nickname", () => {
  onStage({}, [coven.meets()]).scenes({
    "is sent to the leaving occupant first, then to others with the status": [
      crone.sends`<presence to="coven/whatever" type="unavailable"><status>gone to feed the cat</status></presence>`,
      component.wrote`2 = presence crone, presence hag`,
      crone.hears`presence coven/crone unavailable none/none 110`,
      hag.hears`presence coven/crone unavailable none/none | <status>gone to feed the cat</status>`,
    ],

    "isn't answered to users outside": [
      wicca.sends`<presence to="coven/wicca" type="unavailable"/>`,
      wicca.leaves(),
      wicca.leaves`nowhere`,
      wicca.sends`<presence to="coven"><show>away</show></presence>`,
      each(wicca, hag).hears`nothing`,
    ],

    "destroys an empty temporary room, and keeps a persistent one": [
      crone.leaves(),
      wicca.asks`info`,
      hag.configures`persistentroom=1`,
      hag.leaves(),
      wicca.asks`info`,
      hag.enters(),
      hag.configures`persistentroom=0`,
      hag.leaves(),
      wicca.asks`info = cancel/item-not-found by coven`,
      db.has`rooms = 0`,
    ],

    "shows a new nickname as leaving with 303 and entering; the role stays": [
      hag.makes`crone moderator`,
      everybody.hush(),
      crone.appears`as oldhag <show>chat</show>`,
      hag.hears`presence coven/crone unavailable none/moderator 303 | <item nick="oldhag"/>
          < presence coven/oldhag none/moderator | <show>chat</show>`,
      crone.hears`presence coven/crone unavailable none/moderator 303 110
          < presence coven/oldhag none/moderator 110`,
    ],

    "sends 210 if the new nickname was changed": [
      crone.appears`as "old  hag"`,
      crone.hears`presence coven/crone unavailable none/participant 303 110
          < presence coven/old hag none/participant 210 110`,
      hag.hears`...
          < presence coven/old hag none/participant`,
    ],

    "refuses an occupied nickname from the requested address, and changes nothing": [
      crone.appears`as Hag`,
      crone.hears`presence coven/Hag error cancel/conflict by coven`,
      hag.hears`nothing`,
      crone.says`still me`,
      hag.hears`message coven/crone groupchat "still me"`,
    ],

    "answers invalid presence, but never from the address of an occupant": [
      crone.appears`as o\u202eo`,
      crone.hears`presence coven/o\u202eo error modify/jid-malformed by coven`,
      hag.hears`nothing`,
    ],

    "ignores probes and subscriptions from outside": [
      forEach(["probe", "subscribe", "subscribed", "unsubscribe", "invented"], (type) => [
        wicca.sends`<presence to="coven/wicca" type="${type}"/>`,
        wicca.sends`<presence to="coven" type="${type}"/>`,
      ]),
      each(wicca, hag).hears`nothing`,
    ],
  });
});

describe("ghosts", () => {
  onStage({}, [coven.meets()]).scenes({
    "leave with 333 if a message or presence is returned because the session is gone": [
      forEach(GONE, (why) => [
        forEach(["message", "presence"], (what) => [
          forEach(["coven", "coven/hag"], (to) => [
            crone.returns`${what} ${to} ${why}`,
            hag.hears`presence coven/crone unavailable none/none 333`,
            crone.enters(),
            hag.hears`1 stanza`,
          ]),
        ]),
      ]),
    ],

    "stay after other errors, errors of others, and errors of relayed requests": [
      crone.returns`message coven/hag not-acceptable`,
      crone.at("other").returns`message coven gone`,
      crone.returns`iq coven/hag service-unavailable id=x`,
      crone.returns`iq coven service-unavailable id=x`,
      each(hag, crone).hears`nothing`,
    ],

    "aren't pinged after leaving, and errors from outside are ignored": [
      link.returns(),
      crone.isAsked`ping | <this id="$ping"/>`,
      crone.leaves(),
      everybody.hush(),
      forEach(["iq", "message"], (what) => [
        crone.returns`${what} coven service-unavailable id=$ping`,
        crone.returns`${what} nowhere service-unavailable id=$ping`,
        wicca.returns`${what} coven/hag service-unavailable id=$ping`,
      ]),
      each(crone, hag, wicca).hears`nothing`,
    ],

    "are pinged after a reconnect: answers and refusals keep them, unclear errors cause a message": [
      wicca.enters(),
      everybody.hush(),
      link.returns(),
      crone.isAsked`ping | <this from="coven" id="$ofCrone"/>`,
      hag.isAsked`ping | <this from="coven" id="$ofHag"/>`,
      wicca.isAsked`ping | <this from="coven" id="$ofWicca"/>`,
      wicca.sends`<iq to="coven" type="result" id="$ofWicca"/>`,
      hag.returns`iq coven feature-not-implemented id=$ofHag`,
      each(crone, hag, wicca).hears`nothing`,
      crone.returns`iq coven service-unavailable id=$ofCrone`,
      crone.hears`message coven groupchat | <this id="$message"/> !<body/>`,
      crone.returns`message coven service-unavailable id=$message`,
      hag.hears`presence coven/crone unavailable none/none 333`,
    ],
  });
});

describe("self-ping", () => {
  onStage({}, [coven.meets()]).scenes({
    "answers whether the session is inside, and never item-not-found": [
      crone.asks`coven/crone ping`,
      crone.asks`coven/CRONE ping`,
      wicca.asks`coven/wicca ping = cancel/not-acceptable by coven`,
      wicca.asks`nowhere/wicca ping = cancel/not-acceptable by nowhere`,
      crone.at("other").asks`coven/crone ping = cancel/not-acceptable by coven`,
    ],
  });
});
