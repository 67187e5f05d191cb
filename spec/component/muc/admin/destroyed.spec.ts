import { onStage } from "../stage.js";
import { component, coven, db, everybody } from "../../../plays/component.js";
import { CRONE, HAG, WICCA, crone, hag, newcomer, wicca } from "../../../plays/people.js";
import { forEach, meanwhile } from "../../../plays/steps.js";

const later = (days: number): string =>
  `UPDATE room_tombstones SET destroyed_at = destroyed_at - ${days * 24 * 3600 * 1000}`;

describe("the address of a destroyed room", () => {
  onStage({}, [coven.meets(), hag.configures`persistentroom=1`]).scenes({
    "answers gone with the reason and the alternative to others who enter": [
      hag.destroys`jid=heath@x.test <reason>Macbeth doth come.</reason>`,
      everybody.hush(),
      forEach([crone, wicca], (who) => [
        who.enters(),
        who.hears`presence coven/${who} error cancel/gone by coven
            | <gone xmlns="stanzas">xmpp:heath@x.test?join</gone> <text>Macbeth doth come.</text>`,
      ]),
      db.has`rooms = 0`,
    ],

    "answers gone as soon as the room is being destroyed": [
      meanwhile(hag.destroys()),
      newcomer.enters(),
      newcomer.hears`presence coven/new error cancel/gone by coven`,
    ],

    "answers gone to disco#info, and not-acceptable to self-ping": [
      hag.destroys(),
      crone.asks`info = cancel/gone by coven | <gone>/^$/</gone>`,
      crone.asks`coven/crone ping = cancel/not-acceptable by coven`,
    ],

    "can be used again by a program for the former owner, and for no other user": [
      hag.destroys(),
      CRONE.calls`create = /^3 /`,
      HAG.calls`create`,
      db.has`room_tombstones = 0`,
      everybody.hush(),
      hag.enters(),
      hag.notices`presence coven/hag owner/moderator 100 110`,
    ],

    "can be used again by a program in the former owner's name": [
      hag.destroys(),
      WICCA.calls`create = /^3 /`,
      HAG.calls`create trueOwner=crone1`,
      CRONE.calls`create`,
    ],

    "can be used again by a program for the former owner by muc_true_owner": [
      hag.destroys(),
      WICCA.calls`create trueOwner=hag66`,
      HAG.calls`create`,
    ],

    "can be used again by its owner at once, again and again": [
      forEach(["first", "second", "third"], () => [
        hag.destroys(),
        everybody.hush(),
        hag.enters(),
        hag.notices`presence coven/hag owner/moderator 201 110`,
        hag.configures`persistentroom=1`,
      ]),
      hag.destroys(),
      wicca.enters(),
      wicca.hears`presence coven/wicca error cancel/gone by coven`,
    ],

    "can be used again by a service administrator and their programs": [
      component.restarts`{"rooms": {"admins": ["${WICCA.address}"]}}`,
      hag.destroys(),
      WICCA.calls`create`,
      wicca.destroys(),
      everybody.hush(),
      wicca.enters(),
      wicca.notices`presence coven/wicca owner/moderator 201 110`,
    ],

    "stays reserved over a restart, for 30 days or as many as the operator configures": [
      forEach(["{}", '{"rooms":{"tombstone_days":3}}'], (options) => [
        component.begins`${options}`,
        coven.meets(),
        hag.configures`persistentroom=1`,
        hag.destroys(),
        component.restarts`${options}`,
        db.runs`UPDATE room_tombstones SET destroyed_at = destroyed_at - CASE '${options}' WHEN '{}' THEN 27 ELSE 0 END * 86400000`,
        db.runs`${later(2)}`,
        wicca.enters(),
        wicca.hears`presence coven/wicca error cancel/gone by coven`,
        db.runs`${later(2)}`,
        wicca.enters(),
        wicca.notices`presence coven/wicca owner/moderator 201 110`,
        everybody.hush(),
      ]),
    ],

    "is free at once if the room was temporary or was never configured": [
      hag.configures`persistentroom=0`,
      hag.destroys(),
      coven.meets(),
      crone.leaves(),
      hag.leaves(),
      everybody.hush(),
      crone.enters(),
      crone.notices`presence coven/crone owner/moderator 201 110`,
      crone.sets`<query xmlns="owner"><x xmlns="data" type="cancel"/></query>`,
      wicca.enters(),
      wicca.notices`presence coven/wicca owner/moderator 201 110`,
    ],
  });
});
