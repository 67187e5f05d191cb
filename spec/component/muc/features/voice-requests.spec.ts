/** Requests for voice (XEP-0045 §7.13), and moderators' answers. */
import { onStage } from "../stage.js";
import { coven, everybody } from "../../../plays/component.js";
import { time } from "../../../plays/time.js";
import { crone, each, hag, wicca } from "../../../plays/people.js";

const REQUEST = "http://jabber.org/protocol/muc#request";
const field = (name: string, value: string): string => `<field var="${name}"><value>${value}</value></field>`;
const submits = (fields: string, type = "submit", kind = REQUEST): string =>
  `<message to="coven"><x xmlns="data" type="${type}">${field("FORM_TYPE", kind)}${fields}</x></message>`;
const answers = (nick: string, allow: string): string =>
  submits((nick && field("muc#roomnick", nick)) + field("muc#request_allow", allow));
const ASKS = submits(field("muc#role", "participant"));

describe("requesting voice", () => {
  onStage({}, [coven.meets`wicca`, hag.makes`crone visitor`, everybody.hush()]).scenes({
    "sends moderators a form with address and nickname that grants nothing by default": [
      crone.sends`${ASKS}`,
      hag.hears`message coven | <x xmlns="data" type="form"/> {FORM_TYPE=${REQUEST}} {muc#role=participant}
            {muc#jid=crone1@qtalk.test.org/desktop} {muc#roomnick=crone} {muc#request_allow=0}`,
      each(crone, wicca).hears`nothing`,
    ],

    "reaches all moderators and their sessions": [
      wicca.at("phone").enters(),
      hag.makes`wicca moderator`,
      everybody.hush(),
      crone.sends`${ASKS}`,
      each(hag, wicca, wicca.at("phone")).hears`message coven | <x xmlns="data"/>`,
    ],

    "is refused within a minute of the last one": [
      crone.sends`${ASKS}`,
      time.passes`50 seconds`,
      crone.sends`${ASKS}`,
      crone.hears`message coven error wait/resource-constraint by coven`,
      time.passes`10 seconds`,
      crone.sends`${ASKS}`,
      hag.hears`2 stanzas`,
      crone.hears`nothing`,
    ],

    "is refused to participants, and in cancelled or other forms": [
      wicca.sends`${ASKS}`,
      wicca.hears`message coven error cancel/not-allowed by coven`,
      crone.sends`${submits("", "cancel")}`,
      crone.sends`${submits("", "submit", "urn:example:form")}`,
      crone.hears`message coven error modify/bad-request by coven
          < message coven error modify/bad-request by coven`,
      hag.hears`nothing`,
    ],

    "is approved for visitors only: approvals of others and denials do nothing": [
      hag.sends`${answers("hag", "1")}`,
      hag.sends`${answers("wicca", "1")}`,
      hag.sends`${answers("nobody", "1")}`,
      hag.sends`${answers("", "1")}`,
      hag.sends`${answers("crone", "0")}`,
      each(hag, crone, wicca).hears`nothing`,
      hag.sends`${answers("crone", "1")}`,
      wicca.hears`presence coven/crone none/participant`,
    ],

    "is approved by moderators only": [
      wicca.sends`${answers("crone", "1")}`,
      wicca.hears`message coven error auth/forbidden by coven`,
      crone.hears`nothing`,
    ],
  });
});
