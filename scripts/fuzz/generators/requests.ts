/** Requests of every kind, to the service, to rooms and to occupants; and what occupants answer to those that are passed on. */
import fc from "fast-check";
import { address, nick, quoted, room, user } from "../arbitrary/address.js";
import { element, inside, namespace } from "../arbitrary/element.js";
import { carriable } from "../arbitrary/text.js";
import { DEN, DOMAIN, HOSTILE_USERS, hostileName } from "../case.js";
import type { Generator } from "../generator.js";
import { sender } from "./senders.js";

const ADMIN = "http://jabber.org/protocol/muc#admin";
const OWNER = "http://jabber.org/protocol/muc#owner";

const value = carriable.map((raw) => quoted(raw).slice(1, -1));
const FIELDS = [
  "roomname",
  "roomdesc",
  "lang",
  "persistentroom",
  "publicroom",
  "membersonly",
  "moderatedroom",
  "whois",
  "changesubject",
  "allowinvites",
  "allowpm",
  "passwordprotectedroom",
  "roomsecret",
  "maxusers",
  "presencebroadcast",
  "roomowners",
  "roomadmins",
  "enablelogging",
  "historylength",
  "enablearchiving",
] as const;

const field = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...FIELDS).map((name) => `muc#roomconfig_${name}`),
      value,
    ),
    fc.array(fc.oneof(value, fc.constantFrom("0", "1", "moderators", "100", "owner"), user), {
      maxLength: 3,
    }),
  )
  .map(
    ([name, values]) =>
      `<field var='${name}'>${values.map((each) => `<value>${each}</value>`).join("")}</field>`,
  );

/** The room stays as it is for the others: those who are needed inside stay its owners. */
function form(formType: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom("submit", "submit", "cancel", "form"), fc.array(field, { maxLength: 4 }), inside)
    .map(
      ([type, fields, more]) =>
        `<x xmlns='jabber:x:data' type='${type}'><field var='FORM_TYPE'><value>${formType}</value></field>${fields.join("")}${more}</x>`,
    );
}

const item = fc
  .record(
    {
      affiliation: fc.constantFrom("owner", "admin", "member", "none", "outcast", "x", ""),
      role: fc.constantFrom("moderator", "participant", "visitor", "none", "x"),
      jid: fc.oneof(user, address),
      nick,
      reason: inside,
    },
    { requiredKeys: [] },
  )
  .map(({ reason, ...attrs }) => {
    const written = Object.entries(attrs).map(([name, each]) => ` ${name}=${quoted(each)}`);
    return `<item${written.join("")}>${reason === undefined ? "" : `<reason>${reason}</reason>`}</item>`;
  });
const items = fc.oneof(
  { arbitrary: fc.array(item, { maxLength: 4 }).map((some) => some.join("")), weight: 8 },
  fc
    .constantFrom(300, 3_000)
    .map((count) =>
      Array.from({ length: count }, (_, i) => `<item affiliation='member' jid='n${i}@far.example'/>`).join(
        "",
      ),
    ),
);

const rsm = fc
  .record(
    {
      max: fc.constantFrom("0", "1", "50", "1000000", "-1", "x", ""),
      before: fc.constantFrom("", "x", "1"),
      after: value,
      index: value,
    },
    { requiredKeys: [] },
  )
  .map((set) => {
    const inner = Object.entries(set).map(([name, each]) => `<${name}>${each}</${name}>`);
    return `<set xmlns='http://jabber.org/protocol/rsm'>${inner.join("")}</set>`;
  });
const archive = fc
  .tuple(form("urn:xmpp:mam:2"), rsm, fc.constantFrom("", "<flip-page/>", "<ids/>"))
  .map((parts) => `<query xmlns='urn:xmpp:mam:2' queryid='q'>${parts.join("")}</query>`);

const payload = fc.oneof(
  { arbitrary: items.map((inner) => `<query xmlns='${ADMIN}'>${inner}</query>`), weight: 3 },
  {
    arbitrary: form("http://jabber.org/protocol/muc#roomconfig").map(
      (x) => `<query xmlns='${OWNER}'>${x}</query>`,
    ),
    weight: 3,
  },
  { arbitrary: archive, weight: 3 },
  {
    arbitrary: fc
      .tuple(form("http://jabber.org/protocol/muc#register"), inside)
      .map(([x, more]) => `<query xmlns='jabber:iq:register'>${x}${more}</query>`),
    weight: 1,
  },
  { arbitrary: inside.map((inner) => `<vCard xmlns='vcard-temp'>${inner}</vCard>`), weight: 2 },
  {
    arbitrary: fc
      .tuple(value, rsm)
      .map(
        ([node, set]) =>
          `<query xmlns='http://jabber.org/protocol/disco#items' node='${node}'>${set}</query>`,
      ),
    weight: 1,
  },
  {
    arbitrary: value.map((node) => `<query xmlns='http://jabber.org/protocol/disco#info' node='${node}'/>`),
    weight: 1,
  },
  {
    arbitrary: value.map(
      (id) =>
        `<moderate xmlns='urn:xmpp:message-moderate:1' id='${id}'><retract xmlns='urn:xmpp:message-retract:1'/></moderate>`,
    ),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(fc.constantFrom("query", "command", "ping", "pubsub", "x"), namespace, inside)
      .map(([name, ns, inner]) => `<${name} xmlns=${quoted(ns)}>${inner}</${name}>`),
    weight: 3,
  },
  { arbitrary: element, weight: 2 },
);

const target = fc.oneof(
  { arbitrary: fc.constant(DEN), weight: 5 },
  { arbitrary: room, weight: 2 },
  { arbitrary: fc.constant(DOMAIN), weight: 2 },
  { arbitrary: fc.tuple(room, nick).map((parts) => parts.join("/")), weight: 2 },
);

export const requests: Generator = {
  name: "requests",
  steps: fc
    .record({ by: sender, to: target, type: fc.constantFrom("get", "set"), payload })
    .map(({ by, to, type, payload: inner }) => [
      { do: "send", by, stanza: `<iq type='${type}' to=${quoted(to)} id='{id}'>${inner}</iq>` },
    ]),
};

/** One occupant asks another through the room, who answers what no client should. */
export const answers: Generator = {
  name: "answers",
  steps: fc
    .record({
      by: sender,
      asked: fc.nat(HOSTILE_USERS - 1),
      type: fc.constantFrom<"result" | "error">("result", "error"),
      payload: fc.oneof(payload, inside),
      question: fc.oneof(payload, fc.constant("<query xmlns='jabber:iq:version'/>")),
    })
    .map(({ by, asked, type, payload: inner, question }) => [
      { do: "answer", by: asked, type, payload: inner },
      {
        do: "send",
        by,
        stanza: `<iq type='get' to=${quoted(`${DEN}/${hostileName(asked)}`)} id='{id}'>${question}</iq>`,
      },
    ]),
};
