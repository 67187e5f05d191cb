/** Stanzas of every kind from users and another component, to the component, rooms and occupants. */
import fc from "fast-check";
import {
  BOT,
  DEN,
  DOMAIN,
  HALL,
  HOSTILE_DOMAIN,
  hostileName,
  MUC,
  TRAP,
  TRAPPED,
  type Generator,
  type Step,
} from "./case.js";
import { element, inside, many, namespace } from "./element.js";
import {
  address,
  carriable,
  escaped,
  hostile,
  INHERITED,
  nick,
  occupant,
  room,
  user,
  weighted,
  word,
} from "./text.js";

const MAM = "urn:xmpp:mam:2";
const DISCO = "http://jabber.org/protocol/disco";
const RETRACT = "urn:xmpp:message-retract:1";
const value = carriable.map(escaped);
const nothing = fc.constant("");
const CONDITIONS = `conflict forbidden gone item-not-found not-acceptable not-allowed registration-required
  internal-server-error policy-violation remote-server-timeout resource-constraint x`;

function tag(name: string, attrs: Readonly<Record<string, string>>, children = ""): string {
  const written = Object.entries(attrs).map(([key, each]) => ` ${key}='${escaped(each)}'`);
  return `<${name}${written.join("")}>${children}</${name}>`;
}

function field(name: string, ...values: readonly string[]): string {
  return `<field var='${name}'>${values.map((each) => `<value>${each}</value>`).join("")}</field>`;
}

/** A submitted data form (XEP-0004). */
function form(formType: string, fields: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> {
  return fc.tuple(word("submit submit cancel form"), fields, inside).map(([type, given, more]) => {
    const all = `${field("FORM_TYPE", formType)}${given.join("")}${more}`;
    return tag("x", { xmlns: "jabber:x:data", type }, all);
  });
}

const NAMES = `roomname roomdesc lang persistentroom publicroom membersonly moderatedroom whois changesubject
  allowinvites allowpm passwordprotectedroom roomsecret maxusers presencebroadcast roomowners roomadmins enablelogging
  historylength enablearchiving`;
const values = fc.array(fc.oneof(value, word("0 1 moderators 100 owner"), user), { maxLength: 3 });
const fieldsNamed = (name: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> =>
  fc.array(
    fc.tuple(fc.oneof(name, value), values).map(([key, some]) => field(key, ...some)),
    { maxLength: 4 },
  );
const options = fieldsNamed(word(NAMES).map((name) => `muc#roomconfig_${name}`));

// Invitations and declinations (XEP-0045 §7.8), requests for voice (§7.13), retractions (XEP-0424).
const mediated = fc
  .tuple(word("invite decline"), word("to from"), fc.oneof(user, address), inside)
  .map(([kind, which, who, reason]) =>
    tag("x", { xmlns: `${MUC}#user` }, tag(kind, { [which]: who }, `<reason>${reason}</reason>`)),
  );
const voice = form(`${MUC}#request`, fieldsNamed(word("muc#role muc#jid")));
const retraction = fc
  .tuple(word(`urn:xmpp:message-retract:0 ${RETRACT}`), carriable)
  .map(([xmlns, id]) => tag("retract", { xmlns, id }));
const message = fc
  .tuple(
    weighted([3, room], [1, occupant]),
    word("groupchat groupchat groupchat chat normal headline error x"),
    weighted([2, inside.map((body) => `<body>${body}</body>`)], [1, nothing]),
    weighted([5, inside], [1, mediated], [1, voice], [1, retraction]),
  )
  .map(([to, type, body, more]) => tag("message", { to, type, id: "{id}" }, body + more));

// Presence (XEP-0045 §7.1–7.6, §7.14).
const number = word("0 1 -1 20 500 1e9 x 99999999999999999999");
const since = fc.constantFrom("", "x", "2020-01-01T00:00:00Z", "275760-09-13T00:00:00.001Z");
const entering = fc
  .tuple(
    fc.record({ maxstanzas: number, maxchars: number, seconds: number, since }, { requiredKeys: [] }),
    weighted([1, value.map((secret) => `<password>${secret}</password>`)], [3, nothing]),
  )
  .map(([history, password]) => tag("x", { xmlns: MUC }, tag("history", history) + password));
const presence = fc
  .tuple(
    occupant,
    fc.constantFrom({}, {}, {}, ...["unavailable", "error", "probe", "subscribe"].map((type) => ({ type }))),
    weighted([3, entering], [1, nothing]),
    inside,
  )
  .map(([to, type, x, more]) => tag("presence", { to, ...type, id: "{id}" }, x + more));

const itemAttributes = {
  affiliation: word("owner admin member none outcast x"),
  role: word("moderator participant visitor none x"),
  jid: fc.oneof(user, address),
  nick,
};
const item = fc
  .tuple(
    fc.record(itemAttributes, { requiredKeys: [] }),
    weighted([1, inside.map((reason) => `<reason>${reason}</reason>`)], [1, nothing]),
  )
  .map(([attrs, reason]) => tag("item", attrs, reason));
const manyItems = fc
  .constantFrom(300, 3_000)
  .map((n) => many(n, (i) => `<item affiliation='member' jid='n${i}@far.example'/>`));
const items = weighted([8, fc.array(item, { maxLength: 4 }).map((some) => some.join(""))], [1, manyItems]);
const page = fc
  .record(
    { max: number, before: fc.constantFrom("", "x", "1"), after: value, index: value },
    { requiredKeys: [] },
  )
  .map((given) => {
    const inner = Object.entries(given).map(([name, each]) => `<${name}>${each}</${name}>`);
    return tag("set", { xmlns: "http://jabber.org/protocol/rsm" }, inner.join(""));
  });
/** Texts that become many characters when they are normalised, or that no message contains. */
const searched = fc
  .constantFrom("\ufdfa", "x", "ab", "zz", "صلى", "zq ".repeat(10), "가")
  .map((words) => [field("{urn:xmpp:fulltext:0}fulltext", words)]);
const archive = fc
  .tuple(
    form(MAM, fc.oneof(searched, fieldsNamed(word("with start end ids after-id before-id")))),
    page,
    fc.constantFrom("", "<flip-page/>", "<ids/>"),
  )
  .map((parts) => parts.join(""));
const inTag = (xmlns: string, inner: fc.Arbitrary<string>, name = "query"): fc.Arbitrary<string> =>
  inner.map((children) => tag(name, { xmlns }, children));
const payload = weighted(
  [3, inTag(`${MUC}#admin`, items)],
  [3, inTag(`${MUC}#owner`, form(`${MUC}#roomconfig`, options))],
  [3, inTag(MAM, archive)],
  [1, inTag("jabber:iq:register", form(`${MUC}#register`, options))],
  [2, inTag("vcard-temp", inside, "vCard")],
  [1, fc.tuple(carriable, page).map(([node, set]) => tag("query", { xmlns: `${DISCO}#items`, node }, set))],
  [1, carriable.map((node) => tag("query", { xmlns: `${DISCO}#info`, node }))],
  [
    1,
    carriable.map((id) =>
      tag("moderate", { xmlns: "urn:xmpp:message-moderate:1", id }, tag("retract", { xmlns: RETRACT })),
    ),
  ],
  [
    3,
    fc
      .tuple(word("query command ping pubsub x"), namespace, inside)
      .map(([name, xmlns, inner]) => tag(name, { xmlns }, inner)),
  ],
  [2, element],
);
const iq = fc
  .tuple(
    weighted([5, fc.constant(DEN)], [2, room], [2, fc.constant(DOMAIN)], [2, occupant]),
    word("get set"),
    payload,
  )
  .map(([to, type, inner]) => tag("iq", { to, type, id: "{id}" }, inner));

const ofUser = fc
  .tuple(hostile, fc.oneof(message, presence, iq))
  .map(([by, stanza]): Step[] => [{ do: "send", by, stanza }]);

/** A request from one occupant to another, with a response that no real client would send. */
const answered = fc
  .tuple(
    hostile,
    hostile,
    fc.constantFrom<"result" | "error">("result", "error"),
    fc.oneof(payload, inside),
    payload,
  )
  .map(([by, asked, type, answer, question]): Step[] => {
    const to = `${DEN}/${hostileName(asked)}`;
    return [
      { do: "answer", by: asked, type, payload: answer },
      { do: "send", by, stanza: tag("iq", { to, type: "get", id: "{id}" }, question) },
    ];
  });

/** Stanzas from another component, some of them as a remote server's users would send them. */
const ofComponent = fc
  .tuple(
    word("message presence iq"),
    fc.oneof(
      word(`eve@${HOSTILE_DOMAIN}/fuzz ${HOSTILE_DOMAIN}`),
      nick.map((name) => `eve@${HOSTILE_DOMAIN}/${name}`),
    ),
    weighted([3, room], [3, occupant], [1, address]),
    word("get set result error chat groupchat unavailable probe x"),
    inside,
  )
  .map(([name, from, to, type, inner]): Step[] => [
    { do: "send", by: "component", stanza: tag(name, { from, to, type, id: "{id}" }, inner) },
  ]);

/** What a hostile room service sends the bot that is in its room. */
const ofRoom = fc
  .tuple(
    fc.oneof(word(CONDITIONS), fc.constantFrom(...INHERITED)),
    word("message presence"),
    word("error error groupchat unavailable normal available"),
    word("307 301 303 201 100"),
    inside,
  )
  .map(([condition, name, type, code, inner]): Step[] => {
    const error = `<error type='wait'>${tag(condition, { xmlns: "urn:ietf:params:xml:ns:xmpp-stanzas" })}</error>`;
    const user = tag("x", { xmlns: `${MUC}#user` }, `<status code='110'/><status code='${code}'/>`);
    const all = type === "error" ? error : `${user}${inner}`;
    return [
      { do: "post", format: TRAPPED, headers: { "content-type": "text/plain" }, body: "x" },
      {
        do: "send",
        by: "component",
        stanza: tag(name, { from: `${TRAP}/Bot`, to: BOT, type, id: "{id}" }, all),
      },
    ];
  });

/** Requests that make the component read much data. */
const dear = fc
  .constantFrom<[type: string, inner: string]>(
    ["get", `<query xmlns='${MUC}#admin'><item affiliation='member'/></query>`],
    ["get", `<query xmlns='${MUC}#owner'/>`],
    ["set", `<query xmlns='${MAM}'/>`],
    ["get", `<query xmlns='${DISCO}#items'/>`],
    ["get", "<vCard xmlns='vcard-temp'/>"],
    ["get", "<key xmlns='urn:xmpp:key'/>"],
  )
  .map(
    ([type, inner]) =>
      (to: string) =>
        tag("iq", { type, to, id: "{id}" }, inner),
  );
const large = fc
  .constantFrom(10_000, 60_000, 200_000)
  .map((size) => tag("message", { to: DEN, type: "groupchat" }, `<body>${"x".repeat(size)}</body>`));
const again = hostile.map((by) =>
  tag("presence", { to: `${DEN}/${hostileName(by)}` }, tag("x", { xmlns: MUC })),
);
const flood = fc
  .tuple(
    hostile,
    fc.oneof(
      large,
      again,
      fc.tuple(dear, word(`${DEN} ${DOMAIN} ${HALL}/honest-ann`)).map(([of, to]) => of(to)),
    ),
    fc.constantFrom(20, 100, 400),
  )
  .map(([by, stanza, times]): Step[] => [
    { do: "send", by, stanza, times: Math.min(times, Math.ceil(2e6 / stanza.length)) },
  ]);

export const stanzas: Generator = {
  name: "stanzas",
  batch: 50,
  steps: weighted<readonly Step[]>([20, ofUser], [3, answered], [3, ofComponent], [2, ofRoom], [1, flood]),
};
