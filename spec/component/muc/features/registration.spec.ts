/** Registering with a room (XEP-0045 §7.10), and unregistering (XEP-0077 §3.2). */
import { onStage } from "../stage.js";
import { component, coven, db, everybody } from "../../../plays/component.js";
import { CRONE, crone, each, hag, person, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

describe("unregistering from a room", () => {
  onStage({}, [
    coven.meets`wicca`,
    hag.makes`CRONE member; WICCA member`,
    hag.configures`membersonly=1 persistentroom=1`,
    everybody.hush(),
  ]).scenes({
    "ends the membership; in a members-only room the user leaves with 321": [
      crone.registers`<remove/>`,
      component.wrote`1 = iq crone`,
      crone.hears`presence coven/crone unavailable none/none 321 110`,
      wicca.hears`presence coven/crone unavailable none/none 321`,
      crone.enters(),
      crone.hears`presence coven/crone error auth/registration-required by coven`,
      crone.registers`<remove/> = cancel/not-allowed by coven`,
    ],

    "keeps the occupant in an open room, and announces the affiliation": [
      hag.configures`membersonly=0`,
      everybody.hush(),
      crone.registers`<remove/>`,
      wicca.hears`presence coven/crone none/participant`,
      crone.hears`presence coven/crone none/participant 110`,
    ],

    "is possible from outside, and ends invitations by later messages": [
      crone.leaves(),
      everybody.hush(),
      crone.registers`<remove/>`,
      hag.says`Are you there?`,
      each(crone, CRONE).hears`nothing`,
      hag.notices`message coven/hag groupchat "Are you there?"`,
    ],

    "keeps owners and administrators, but not their reserved nickname": [
      hag.makes`HAG owner nick=hag`,
      hag.registers`<remove/>`,
      db.has`affiliations WHERE affiliation = 'owner' AND nick IS NULL = 1`,
    ],

    "stops invitations of administrators who were never inside": [
      hag.makes`WICCA none; OTHER admin`,
      everybody.hush(),
      person("other").registers`<remove/>`,
      hag.says`Are you there?`,
      person("OTHER").hears`nothing`,
    ],
  });
});

describe("registering a nickname", () => {
  const form = (nick: string, kind = "http://jabber.org/protocol/muc#register"): string =>
    `<x xmlns="data" type="submit"><field var="FORM_TYPE"><value>${kind}</value></field>` +
    `<field var="muc#register_roomnick"><value>${nick}</value></field></x>`;

  onStage({}, [coven.meets(), hag.makes`CRONE member`]).scenes({
    "has an empty form, which then shows the nickname": [
      crone.asks`register | !<registered/> !<username/> <field var="muc#register_roomnick"/> !<value>crone</value>`,
      crone.registers`${form("hag")} = cancel/conflict by coven`,
      crone.registers`${form("\u202e")} = modify/not-acceptable by coven`,
      crone.registers`${form("third witch")}`,
      wicca.enters`as "Third Witch"`,
      wicca.hears`presence coven/Third Witch error cancel/conflict by coven`,
      crone.asks`register | <registered/> <username>third witch</username> {muc#register_roomnick=third witch}`,
    ],

    "is possible without a form, and requires a nickname": [
      forEach(["username", "nick"], (name) => [
        crone.registers`<${name}>${name} witch</${name}>`,
        crone.asks`register | <username>${name} witch</username>`,
      ]),
      crone.registers`= modify/not-acceptable by coven`,
      crone.asks`register | <username>nick witch</username>`,
    ],

    "refuses cancelled and other forms": [
      crone.registers`<x xmlns="data" type="cancel"/> = modify/bad-request by coven`,
      crone.registers`${form("x", "")} = modify/bad-request by coven`,
      crone.asks`register | !<registered/>`,
    ],

    "is for members, and not for outcasts": [
      hag.makes`WICCA outcast`,
      wicca.registers`<nick>wicca</nick> = cancel/not-allowed by coven`,
    ],
  });
});
