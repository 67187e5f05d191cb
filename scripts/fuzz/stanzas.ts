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
  type Text,
} from "./text.js";

const MAM = "urn:xmpp:mam:2";
const DISCO = "http://jabber.org/protocol/disco";
const RETRACT = "urn:xmpp:message-retract:1";
const CONDITIONS = `conflict forbidden gone item-not-found not-acceptable not-allowed registration-required
  internal-server-error policy-violation remote-server-timeout resource-constraint x`;

/** Markup with random parts. Parts in quotes are escaped. */
function xml(texts: TemplateStringsArray, ...parts: readonly (string | Text)[]): Text {
  const written = parts.map((part, at) => {
    const text = typeof part === "string" ? fc.constant(part) : part;
    return texts[at]?.endsWith("='") === true ? text.map(escaped) : text;
  });
  return fc.tuple(...written).map((all) => String.raw({ raw: texts }, ...all));
}

/** The text, or nothing. @param weights how often each comes */
function perhaps([some, none]: readonly [some: number, none: number], text: Text): Text {
  return weighted([some, text], [none, fc.constant("")]);
}

function attributes(all: Readonly<Record<string, Text>>): Text {
  return fc
    .record(all, { requiredKeys: [] })
    .map((some) => Object.entries(some).map(([name, value]) => ` ${name}='${escaped(value ?? "")}'`))
    .map((written) => written.join(""));
}

const joined = (text: Text, maxLength: number): Text =>
  fc.array(text, { maxLength }).map((all) => all.join(""));
const value = carriable.map(escaped);

// Data forms (XEP-0004).
const formType = (name: string): string => `<field var='FORM_TYPE'><value>${name}</value></field>`;
const form = (name: string, fields: Text): Text =>
  xml`<x xmlns='jabber:x:data' type='${word("submit submit cancel form")}'>${formType(name)}${fields}${inside}</x>`;
const values = joined(xml`<value>${fc.oneof(value, word("0 1 moderators 100 owner"), user)}</value>`, 3);
const fieldsNamed = (name: Text): Text =>
  joined(xml`<field var='${fc.oneof(name, carriable)}'>${values}</field>`, 4);
const OPTIONS = `roomname roomdesc lang persistentroom publicroom membersonly moderatedroom whois changesubject
  allowinvites allowpm passwordprotectedroom roomsecret maxusers presencebroadcast roomowners roomadmins enablelogging
  historylength enablearchiving`;
const options = fieldsNamed(word(OPTIONS).map((name) => `muc#roomconfig_${name}`));

// Invitations and declinations (XEP-0045 §7.8), requests for voice (§7.13), retractions (XEP-0424).
const reason = xml`<reason>${inside}</reason>`;
const mediated = word("invite decline").chain(
  (kind) =>
    xml`<x xmlns='${MUC}#user'><${kind} ${word("to from")}='${fc.oneof(user, address)}'>${reason}</${kind}></x>`,
);
const voice = form(`${MUC}#request`, fieldsNamed(word("muc#role muc#jid")));
const retraction = xml`<retract xmlns='${word(`urn:xmpp:message-retract:0 ${RETRACT}`)}' id='${carriable}'/>`;
const to = weighted([3, room], [1, occupant]);
const messageType = word("groupchat groupchat groupchat chat normal headline error x");
const body = perhaps([2, 1], xml`<body>${inside}</body>`);
const more = weighted([5, inside], [1, mediated], [1, voice], [1, retraction]);
const message = xml`<message to='${to}' type='${messageType}' id='{id}'>${body}${more}</message>`;

// Presence (XEP-0045 §7.1–7.6, §7.14).
const number = word("0 1 -1 20 500 1e9 x 99999999999999999999");
const since = fc.constantFrom("", "x", "2020-01-01T00:00:00Z", "275760-09-13T00:00:00.001Z");
const history = attributes({ maxstanzas: number, maxchars: number, seconds: number, since });
const password = perhaps([1, 3], xml`<password>${value}</password>`);
const entering = perhaps([3, 1], xml`<x xmlns='${MUC}'><history${history}/>${password}</x>`);
const presenceType = perhaps([4, 3], xml` type='${word("unavailable error probe subscribe")}'`);
const presence = xml`<presence to='${occupant}'${presenceType} id='{id}'>${entering}${inside}</presence>`;

const item = xml`<item${attributes({
  affiliation: word("owner admin member none outcast x"),
  role: word("moderator participant visitor none x"),
  jid: fc.oneof(user, address),
  nick,
})}>${perhaps([1, 1], reason)}</item>`;
const manyItems = fc
  .constantFrom(300, 3_000)
  .map((n) => many(n, (i) => `<item affiliation='member' jid='n${i}@far.example'/>`));
const pageFields = { max: number, before: fc.constantFrom("", "x", "1"), after: value, index: value };
const page = xml`<set xmlns='http://jabber.org/protocol/rsm'>${fc
  .record(pageFields, { requiredKeys: [] })
  .map((given) =>
    Object.entries(given)
      .map(([name, text]) => `<${name}>${text}</${name}>`)
      .join(""),
  )}</set>`;
/** Texts that become many characters when they are normalised, or that no message contains. */
const searched = fc.constantFrom("\ufdfa", "x", "ab", "zz", "صلى", "zq ".repeat(10), "가");
const search = xml`<field var='{urn:xmpp:fulltext:0}fulltext'><value>${searched}</value></field>`;
const archive = xml`${form(MAM, fc.oneof(search, fieldsNamed(word("with start end ids after-id before-id"))))}${page}${word(
  " <flip-page/> <ids/>",
)}`;
const payload = weighted(
  [3, xml`<query xmlns='${MUC}#admin'>${weighted([8, joined(item, 4)], [1, manyItems])}</query>`],
  [3, xml`<query xmlns='${MUC}#owner'>${form(`${MUC}#roomconfig`, options)}</query>`],
  [3, xml`<query xmlns='${MAM}'>${archive}</query>`],
  [1, xml`<query xmlns='jabber:iq:register'>${form(`${MUC}#register`, options)}</query>`],
  [2, xml`<vCard xmlns='vcard-temp'>${inside}</vCard>`],
  [1, xml`<query xmlns='${DISCO}#items' node='${carriable}'>${page}</query>`],
  [1, xml`<query xmlns='${DISCO}#info' node='${carriable}'/>`],
  [
    1,
    xml`<moderate xmlns='urn:xmpp:message-moderate:1' id='${carriable}'><retract xmlns='${RETRACT}'/></moderate>`,
  ],
  [
    3,
    word("query command ping pubsub x").chain(
      (name) => xml`<${name} xmlns='${namespace}'>${inside}</${name}>`,
    ),
  ],
  [2, element],
);
const asked = weighted([5, fc.constant(DEN)], [2, room], [2, fc.constant(DOMAIN)], [2, occupant]);
const iq = xml`<iq to='${asked}' type='${word("get set")}' id='{id}'>${payload}</iq>`;

const ofUser = fc
  .tuple(hostile, fc.oneof(message, presence, iq))
  .map(([by, stanza]): Step[] => [{ do: "send", by, stanza }]);

/** A request from one occupant to another, with a response that no real client would send. */
const answered = fc
  .tuple(hostile, hostile, fc.constantFrom("result", "error"), fc.oneof(payload, inside), payload)
  .map(([by, other, type, answer, question]): Step[] => {
    const stanza = `<iq to='${DEN}/${hostileName(other)}' type='get' id='{id}'>${question}</iq>`;
    return [
      { do: "answer", by: other, type, payload: answer },
      { do: "send", by, stanza },
    ];
  });

/** Stanzas from another component, some of them as a remote server's users would send them. */
const from = fc.oneof(
  word(`eve@${HOSTILE_DOMAIN}/fuzz ${HOSTILE_DOMAIN}`),
  nick.map((name) => `eve@${HOSTILE_DOMAIN}/${name}`),
);
const anyType = word("get set result error chat groupchat unavailable probe x");
const anywhere = weighted([3, room], [3, occupant], [1, address]);
const ofComponent = word("message presence iq")
  .chain(
    (name) => xml`<${name} from='${from}' to='${anywhere}' type='${anyType}' id='{id}'>${inside}</${name}>`,
  )
  .map((stanza): Step[] => [{ do: "send", by: "component", stanza }]);

/** What a hostile room service sends the bot that is in its room. */
const condition = fc.oneof(word(CONDITIONS), fc.constantFrom(...INHERITED));
const error = xml`<error type='wait'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`;
const statuses = xml`<status code='110'/><status code='${word("307 301 303 201 100")}'/>`;
const others = xml`<x xmlns='${MUC}#user'>${statuses}</x>${inside}`;
const ofRoom = fc
  .tuple(word("message presence"), word("error error groupchat unavailable normal available"), condition)
  .chain(([name, type, refusal]) => {
    const content = type === "error" ? error : others;
    return xml`<${name} from='${TRAP}/Bot' to='${BOT}' type='${type}' id='{id}'>${content}</${name}>`.map(
      (stanza): Step[] => [
        { do: "refuse", condition: refusal },
        { do: "post", format: TRAPPED, headers: { "content-type": "text/plain" }, body: "x" },
        { do: "send", by: "component", stanza },
      ],
    );
  });

/** Odd nicknames that the room gives the bot or others: an empty one, one that is no resource, one of two kilobytes. */
const oddNick = fc.constantFrom("", " ", "\u00a0", "\ufdfa", "x".repeat(2_000), ...INHERITED);
const renamed = fc.tuple(oddNick, fc.constantFrom("/Bot", "", "/")).map(([name, own]): Step[] => {
  const item = `<item role='participant' affiliation='none' nick='${escaped(name)}'/><status code='110'/>`;
  const leaves = `<x xmlns='${MUC}#user'>${item}<status code='303'/></x>`;
  const presence = (from: string, type: string, inner: string): Step => ({
    do: "send",
    by: "component",
    stanza: `<presence from='${escaped(from)}' to='${BOT}'${type}>${inner}</presence>`,
  });
  return [
    presence(`${TRAP}${own}`, " type='unavailable'", leaves),
    presence(name === "" ? TRAP : `${TRAP}/${name}`, "", `<x xmlns='${MUC}#user'>${item}</x>`),
    {
      do: "send",
      by: "component",
      stanza: `<message from='${TRAP}/x' to='${BOT}' type='groupchat'><body>x</body></message>`,
    },
  ];
});

/** Padding from many addresses, of which only the addresses may be kept. */
const PADDED = `<body>${"x".repeat(60_000)}</body>`;
const padding = fc
  .constantFrom(
    `<message from='a{n}@${HOSTILE_DOMAIN}/x' to='r{n}@${DOMAIN}' type='groupchat'>${PADDED}</message>`,
    `<presence from='a{n}@${HOSTILE_DOMAIN}/x' to='r{n}@${DOMAIN}/n'><x xmlns='${MUC}'/>${PADDED}</presence>`,
    `<presence from='a{n}@${HOSTILE_DOMAIN}/x' to='${DEN}/n' type='unavailable'>${PADDED}</presence>`,
    `<presence from='${TRAP}/o{n}' to='${BOT}'><x xmlns='${MUC}#user'><item role='participant' affiliation='none'/></x>${PADDED}</presence>`,
    `<iq from='a{n}@${HOSTILE_DOMAIN}/x' to='r{n}@${DOMAIN}' type='result' id='i{n}'>${PADDED}</iq>`,
  )
  .map((stanza): Step[] => [{ do: "send", by: "component", stanza, times: 200 }]);

/** What the program answers to which a hook delivers a message of the room DEN. */
const INTERIM = "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\n";
const delivered = fc
  .tuple(
    fc.constantFrom(
      ["", INTERIM],
      [OK, "X: y\r\n"],
      [`${OK}Transfer-Encoding: chunked\r\n\r\n`, "1\r\nx\r\n"],
      [`${OK}Content-Type: application/json\r\nContent-Length: 9000000\r\n\r\n`, '{"text":'],
      ["HTTP/1.1 301 x\r\nLocation: ", "http://"],
      ["", "\0"],
    ),
    fc.constantFrom(1, 1_000, 100_000),
    hostile,
  )
  .map(([[start = "", piece = ""], times, by]): Step[] => [
    { do: "deliver", start, piece, times },
    { do: "send", by, stanza: `<message to='${DEN}' type='groupchat'><body>delivered</body></message>` },
  ]);

/** Requests that make the component read much data, large messages, and repeated entries. */
const dear = word(`${DEN} ${DOMAIN} ${HALL}/honest-ann`).chain((receiver) =>
  fc.constantFrom(
    `<iq type='get' to='${receiver}' id='{id}'><query xmlns='${MUC}#admin'><item affiliation='member'/></query></iq>`,
    `<iq type='get' to='${receiver}' id='{id}'><query xmlns='${MUC}#owner'/></iq>`,
    `<iq type='set' to='${receiver}' id='{id}'><query xmlns='${MAM}'/></iq>`,
    `<iq type='get' to='${receiver}' id='{id}'><query xmlns='${DISCO}#items'/></iq>`,
    `<iq type='get' to='${receiver}' id='{id}'><vCard xmlns='vcard-temp'/></iq>`,
    `<iq type='get' to='${receiver}' id='{id}'><key xmlns='urn:xmpp:key'/></iq>`,
  ),
);
const large = fc
  .constantFrom(10_000, 60_000, 200_000)
  .map((size) => `<message to='${DEN}' type='groupchat'><body>${"x".repeat(size)}</body></message>`);
const again = hostile.map((by) => `<presence to='${DEN}/${hostileName(by)}'><x xmlns='${MUC}'/></presence>`);
const flood = fc
  .tuple(hostile, fc.oneof(large, again, dear), fc.constantFrom(20, 100, 400))
  .map(([by, stanza, times]): Step[] => [
    { do: "send", by, stanza, times: Math.min(times, Math.ceil(2e6 / stanza.length)) },
  ]);

export const stanzas: Generator = {
  name: "stanzas",
  batch: 50,
  steps: weighted<readonly Step[]>(
    [20, ofUser],
    [3, answered],
    [3, ofComponent],
    [2, ofRoom],
    [1, renamed],
    [1, padding],
    [1, delivered],
    [1, flood],
  ),
};
