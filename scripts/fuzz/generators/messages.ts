/** What users and a foreign component say: in rooms, privately, and to the service. */
import fc from "fast-check";
import { address, nick, quoted, room, user } from "../arbitrary/address.js";
import { inside } from "../arbitrary/element.js";
import { carriable } from "../arbitrary/text.js";
import type { Generator } from "../generator.js";
import { sender } from "./senders.js";

const USER = "http://jabber.org/protocol/muc#user";

/** Invitations, their refusals, asking for voice: what goes through the room to others (XEP-0045 §7.8, §7.13). */
const mediated = fc
  .tuple(fc.constantFrom("invite", "decline"), fc.constantFrom("to", "from"), fc.oneof(user, address), inside)
  .map(
    ([kind, which, who, rest]) =>
      `<x xmlns='${USER}'><${kind} ${which}=${quoted(who)}><reason>${rest}</reason></${kind}></x>`,
  );

const request = fc
  .tuple(carriable, carriable)
  .map(
    ([role, who]) =>
      `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#request</value></field>` +
      `<field var='muc#role'><value>${quoted(role).slice(1, -1)}</value></field><field var='muc#jid'><value>${quoted(who).slice(1, -1)}</value></field></x>`,
  );

const retraction = fc
  .tuple(fc.constantFrom("urn:xmpp:message-retract:0", "urn:xmpp:message-retract:1"), carriable)
  .map(([ns, id]) => `<retract xmlns='${ns}' id=${quoted(id)}/>`);

export const messages: Generator = {
  name: "messages",
  steps: fc
    .record({
      by: sender,
      to: fc.oneof(
        { arbitrary: room, weight: 3 },
        { arbitrary: fc.tuple(room, nick).map((parts) => parts.join("/")), weight: 1 },
      ),
      type: fc.constantFrom(
        "groupchat",
        "groupchat",
        "groupchat",
        "chat",
        "normal",
        "headline",
        "error",
        "x",
        undefined,
      ),
      body: fc.option(inside, { freq: 3, nil: undefined }),
      more: fc.oneof({ arbitrary: inside, weight: 5 }, mediated, request, retraction),
    })
    .map(({ by, to, type, body, more }) => {
      const kind = type === undefined ? "" : ` type='${type}'`;
      const said = body === undefined ? "" : `<body>${body}</body>`;
      return [
        { do: "send", by, stanza: `<message to=${quoted(to)}${kind} id='{id}'>${said}${more}</message>` },
      ];
    }),
};
