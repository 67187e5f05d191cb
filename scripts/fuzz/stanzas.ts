/** Stanzas of every kind, of users and of another component: to the service, to rooms, to occupants; and floods of them. */
import fc from "fast-check";
import { DEN, DOMAIN, HALL, HOSTILE_DOMAIN, hostileName, type Generator, type Step } from "./case.js";
import { element, inside, many, namespace } from "./element.js";
import {
  address,
  carriable,
  escaped,
  hostile,
  nick,
  occupant,
  quoted,
  room,
  user,
  weighted,
  word,
} from "./text.js";

const MUC = "http://jabber.org/protocol/muc";
const value = carriable.map(escaped);

function tag(name: string, attrs: Readonly<Record<string, string>>, children: string): string {
  const written = Object.entries(attrs).map(([key, each]) => ` ${key}=${quoted(each)}`);
  return `<${name}${written.join("")}>${children}</${name}>`;
}

/** A form that is sent back. */
function form(formType: string, fields: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> {
  return fc
    .tuple(word("submit submit cancel form"), fields, inside)
    .map(([type, given, more]) =>
      tag("x", { xmlns: "jabber:x:data", type }, `${field("FORM_TYPE", formType)}${given.join("")}${more}`),
    );
}

export function field(name: string, ...values: readonly string[]): string {
  return `<field var='${name}'>${values.map((each) => `<value>${each}</value>`).join("")}</field>`;
}

const FIELDS = `roomname roomdesc lang persistentroom publicroom membersonly moderatedroom whois changesubject
  allowinvites allowpm passwordprotectedroom roomsecret maxusers presencebroadcast roomowners roomadmins enablelogging
  historylength enablearchiving`;
const fields = fc.array(
  fc
    .tuple(
      fc.oneof(
        word(FIELDS).map((name) => `muc#roomconfig_${name}`),
        value,
      ),
      fc.array(fc.oneof(value, word("0 1 moderators 100 owner"), user), { maxLength: 3 }),
    )
    .map(([name, values]) => field(name, ...values)),
  { maxLength: 4 },
);

// What goes with messages: invitations and their refusals, asking for voice, retractions (XEP-0045 §7.8, §7.13, XEP-0424).
const mediated = fc
  .tuple(word("invite decline"), word("to from"), fc.oneof(user, address), inside)
  .map(([kind, which, who, reason]) =>
    tag("x", { xmlns: `${MUC}#user` }, tag(kind, { [which]: who }, `<reason>${reason}</reason>`)),
  );
const voice = form(
  `${MUC}#request`,
  fc.tuple(value, value).map(([role, who]) => [field("muc#role", role), field("muc#jid", who)]),
);
const retraction = fc
  .tuple(word("urn:xmpp:message-retract:0 urn:xmpp:message-retract:1"), carriable)
  .map(([xmlns, id]) => tag("retract", { xmlns, id }, ""));
const message = fc
  .tuple(
    weighted([3, room], [1, occupant]),
    word("groupchat groupchat groupchat chat normal headline error x"),
    weighted([2, inside.map((body) => `<body>${body}</body>`)], [1, fc.constant("")]),
    weighted([5, inside], [1, mediated], [1, voice], [1, retraction]),
  )
  .map(([to, type, body, more]) => tag("message", { to, type, id: "{id}" }, body + more));

// Entering, leaving and what a presence can carry (XEP-0045 §7.1–7.6, §7.14).
const number = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom("", ..."0 -1 1e9 x 99999999999999999999".split(" ")),
);
const since = fc.constantFrom("", "x", "2020-01-01T00:00:00Z", "275760-09-13T00:00:00.001Z");
const entering = fc
  .tuple(
    fc.record({ maxstanzas: number, maxchars: number, seconds: number, since }, { requiredKeys: [] }),
    weighted([1, value.map((secret) => `<password>${secret}</password>`)], [3, fc.constant("")]),
  )
  .map(([history, password]) => tag("x", { xmlns: MUC }, tag("history", history, "") + password));
const presence = fc
  .tuple(
    occupant,
    fc.constantFrom({}, {}, {}, ...["unavailable", "error", "probe", "subscribe"].map((type) => ({ type }))),
    weighted([3, entering], [1, fc.constant("")]),
    inside,
  )
  .map(([to, type, x, more]) => tag("presence", { to, ...type, id: "{id}" }, x + more));

// Requests. The room stays as it is for the others: those who are needed inside stay its owners.
const item = fc
  .tuple(
    fc.record(
      {
        affiliation: word("owner admin member none outcast x"),
        role: word("moderator participant visitor none x"),
        jid: fc.oneof(user, address),
        nick,
      },
      { requiredKeys: [] },
    ),
    weighted([1, inside.map((reason) => `<reason>${reason}</reason>`)], [1, fc.constant("")]),
  )
  .map(([attrs, reason]) => tag("item", attrs, reason));
const items = weighted(
  [8, fc.array(item, { maxLength: 4 }).map((some) => some.join(""))],
  [
    1,
    fc
      .constantFrom(300, 3_000)
      .map((n) => many(n, (i) => `<item affiliation='member' jid='n${i}@far.example'/>`)),
  ],
);
const set = fc
  .record(
    { max: number, before: fc.constantFrom("", "x", "1"), after: value, index: value },
    { requiredKeys: [] },
  )
  .map((page) => {
    const inner = Object.entries(page).map(([name, each]) => `<${name}>${each}</${name}>`);
    return tag("set", { xmlns: "http://jabber.org/protocol/rsm" }, inner.join(""));
  });
const archive = fc.tuple(form("urn:xmpp:mam:2", fields), set, fc.constantFrom("", "<flip-page/>", "<ids/>"));

/** A request's inside in this namespace. */
function query(xmlns: string, inner: fc.Arbitrary<string>, name = "query"): fc.Arbitrary<string> {
  return inner.map((children) => tag(name, { xmlns }, children));
}

const payload = weighted(
  [3, query(`${MUC}#admin`, items)],
  [3, query(`${MUC}#owner`, form(`${MUC}#roomconfig`, fields))],
  [
    3,
    query(
      "urn:xmpp:mam:2",
      archive.map((parts) => parts.join("")),
    ),
  ],
  [1, query("jabber:iq:register", form(`${MUC}#register`, fields))],
  [2, query("vcard-temp", inside, "vCard")],
  [1, fc.tuple(carriable, set).map(([node, page]) => tag("query", { xmlns: DISCO_ITEMS, node }, page))],
  [1, carriable.map((node) => tag("query", { xmlns: "http://jabber.org/protocol/disco#info", node }, ""))],
  [1, carriable.map((id) => tag("moderate", { xmlns: MODERATE, id }, `<retract xmlns='${RETRACT}'/>`))],
  [
    3,
    fc
      .tuple(word("query command ping pubsub x"), namespace, inside)
      .map(([name, xmlns, inner]) => tag(name, { xmlns }, inner)),
  ],
  [2, element],
);
const DISCO_ITEMS = "http://jabber.org/protocol/disco#items";
const MODERATE = "urn:xmpp:message-moderate:1";
const RETRACT = "urn:xmpp:message-retract:1";
const target = weighted([5, fc.constant(DEN)], [2, room], [2, fc.constant(DOMAIN)], [2, occupant]);
const iq = fc
  .tuple(target, word("get set"), payload)
  .map(([to, type, inner]) => tag("iq", { to, type, id: "{id}" }, inner));

const ofUser = fc
  .tuple(hostile, fc.oneof(message, presence, iq))
  .map(([by, stanza]): Step[] => [{ do: "send", by, stanza }]);

/** One occupant asks another through the room, who answers what no client should. */
const answered = fc
  .tuple(
    hostile,
    hostile,
    fc.constantFrom<"result" | "error">("result", "error"),
    fc.oneof(payload, inside),
    payload,
  )
  .map(([by, asked, type, answer, question]): Step[] => [
    { do: "answer", by: asked, type, payload: answer },
    {
      do: "send",
      by,
      stanza: tag("iq", { to: `${DEN}/${hostileName(asked)}`, type: "get", id: "{id}" }, question),
    },
  ]);

/** As users of a remote server would send it, and as none would. */
const ofComponent = fc
  .tuple(
    word("message presence iq"),
    weighted(
      [4, word(`eve@${HOSTILE_DOMAIN}/fuzz eve@${HOSTILE_DOMAIN} ${HOSTILE_DOMAIN}`)],
      [1, nick.map((name) => `eve@${HOSTILE_DOMAIN}/${name}`)],
    ),
    weighted([3, room], [3, occupant], [1, address]),
    word("get set result error chat groupchat unavailable probe x"),
    inside,
  )
  .map(([name, from, to, type, inner]): Step[] => [
    { do: "send", by: "component", stanza: tag(name, { from, to, type, id: "{id}" }, inner) },
  ]);

/** The same again and again, which is dear each time. */
const flood = fc
  .tuple(
    hostile,
    fc.oneof(
      fc
        .constantFrom(10_000, 60_000, 200_000)
        .map((size) =>
          tag("message", { to: DEN, type: "groupchat", id: "{id}" }, `<body>${"x".repeat(size)}</body>`),
        ),
      hostile.map((index) => `<presence to='${DEN}/${hostileName(index)}'><x xmlns='${MUC}'/></presence>`),
      fc
        .constantFrom<[string, string, string]>(
          ["get", DEN, `<query xmlns='${MUC}#admin'><item affiliation='member'/></query>`],
          ["get", DEN, `<query xmlns='${MUC}#owner'/>`],
          ["set", DEN, "<query xmlns='urn:xmpp:mam:2'/>"],
          ["get", DOMAIN, `<query xmlns='${DISCO_ITEMS}'/>`],
          ["get", DEN, "<vCard xmlns='vcard-temp'/>"],
          ["get", `${HALL}/honest-ann`, "<vCard xmlns='vcard-temp'/>"],
          ["get", DOMAIN, "<key xmlns='urn:xmpp:key'/>"],
        )
        .map(([type, to, inner]) => tag("iq", { type, to, id: "{id}" }, inner)),
    ),
    fc.constantFrom(20, 100, 400),
  )
  .map(([by, stanza, times]): Step[] => [
    { do: "send", by, stanza, times: Math.min(times, Math.ceil(2e6 / stanza.length)) },
  ]);

export const stanzas: Generator = {
  name: "stanzas",
  batch: 50,
  steps: weighted<readonly Step[]>([20, ofUser], [3, answered], [3, ofComponent], [1, flood]),
};
