/** Requests for voice (XEP-0045 §7.13), and moderators' answers. */
import { onStage } from "../stage.js";

const REQUEST = "http://jabber.org/protocol/muc#request";
const field = (name: string, value: string): string => `<field var="${name}"><value>${value}</value></field>`;
const submits = (fields: string, type = "submit", kind = REQUEST): string =>
  `sends <message to="coven"><x xmlns="data" type="${type}">${field("FORM_TYPE", kind)}${fields}</x></message>`;
const answers = (nick: string, allow: string): string =>
  submits((nick && field("muc#roomnick", nick)) + field("muc#request_allow", allow));
const ASKS = submits(field("muc#role", "participant"));

describe("requesting voice", () => {
  onStage({}, "coven meets wicca\nhag makes crone visitor\nall hush").scenes(`
    sends moderators a form with address and nickname that grants nothing by default
      crone ${ASKS}
      hag < message coven | <x xmlns="data" type="form"/> {FORM_TYPE=${REQUEST}} {muc#role=participant}
        {muc#jid=crone1@qtalk.test.org/desktop} {muc#roomnick=crone} {muc#request_allow=0}
      crone, wicca < nothing

    reaches all moderators and their sessions
      wicca/phone enters
      hag makes wicca moderator
      all hush
      crone ${ASKS}
      hag, wicca, wicca/phone < message coven | <x xmlns="data"/>

    is refused within a minute of the last one
      crone ${ASKS}
      seconds pass 50
      crone ${ASKS}
      crone < message coven error wait/resource-constraint by coven
      seconds pass 10
      crone ${ASKS}
      hag < 2 stanzas
      crone < nothing

    is refused to participants, and in cancelled or other forms
      wicca ${ASKS}
      wicca < message coven error cancel/not-allowed by coven
      crone ${submits("", "cancel")}
      crone ${submits("", "submit", "urn:example:form")}
      crone < message coven error modify/bad-request by coven
            < message coven error modify/bad-request by coven
      hag < nothing

    is approved for visitors only: approvals of others and denials do nothing
      hag ${answers("hag", "1")}
      hag ${answers("wicca", "1")}
      hag ${answers("nobody", "1")}
      hag ${answers("", "1")}
      hag ${answers("crone", "0")}
      hag, crone, wicca < nothing
      hag ${answers("crone", "1")}
      wicca < presence coven/crone none/participant

    is approved by moderators only
      wicca ${answers("crone", "1")}
      wicca < message coven error auth/forbidden by coven
      crone < nothing
  `);
});
