/** The same again and again, which is dear each time: large histories, lists, pictures and archives. */
import fc from "fast-check";
import { DEN, DOMAIN, HALL, HOST, hostileName, type Step } from "../case.js";
import type { Generator } from "../generator.js";
import { sender } from "./senders.js";

const MUC = "<x xmlns='http://jabber.org/protocol/muc'/>";
const large = fc
  .constantFrom(10_000, 60_000, 200_000)
  .map(
    (size) => `<message to='${DEN}' type='groupchat' id='{id}'><body>${"x".repeat(size)}</body></message>`,
  );
const dear = fc.oneof(
  large,
  sender.map((index) => `<presence to='${DEN}/${hostileName(index)}'>${MUC}</presence>`),
  fc.constantFrom(
    `<iq type='get' to='${DEN}' id='{id}'><query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='member'/></query></iq>`,
    `<iq type='get' to='${DEN}' id='{id}'><query xmlns='http://jabber.org/protocol/muc#owner'/></iq>`,
    `<iq type='set' to='${DEN}' id='{id}'><query xmlns='urn:xmpp:mam:2'/></iq>`,
    `<iq type='get' to='${DOMAIN}' id='{id}'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>`,
    `<iq type='get' to='${DEN}' id='{id}'><vCard xmlns='vcard-temp'/></iq>`,
    `<iq type='get' to='${HALL}/honest-ann' id='{id}'><vCard xmlns='vcard-temp'/></iq>`,
    `<iq type='get' id='{id}' to='${DOMAIN}'><key xmlns='urn:xmpp:key'/></iq>`,
  ),
);

const sent = fc.tuple(sender, dear, fc.constantFrom(20, 100, 400)).map(([by, stanza, times]): Step => ({
  do: "send",
  by,
  stanza,
  times: Math.min(times, Math.ceil(4e6 / stanza.length)),
}));
const called = fc.constantFrom(100, 3_000).map((count): Step => ({
  do: "call",
  method: "POST",
  path: "/qtalk/send_notify",
  body: JSON.stringify({
    from: hostileName(0),
    to: Array.from({ length: count }, (_, index) => `nobody${index}@${HOST}`),
    category: "1",
    data: "x".repeat(200),
  }),
}));

export const floods: Generator = {
  name: "floods",
  steps: fc.oneof({ arbitrary: sent, weight: 8 }, called).map((step) => [step]),
};
