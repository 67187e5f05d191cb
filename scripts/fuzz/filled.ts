/** First fills a room with many, large, element-rich or oddly folding messages; then asks what makes much be read at once. */
import fc from "fast-check";
import { DOMAIN, hostileName, type Generator, type Step } from "./case.js";
import { field } from "./stanzas.js";
import { carriable, escaped, hostile, quoted, weighted } from "./text.js";

const MUC = "http://jabber.org/protocol/muc";
const RSM = "http://jabber.org/protocol/rsm";
const MAM = "urn:xmpp:mam:2";
const RETRACT = "urn:xmpp:message-retract:1";
/** Of the messages of one fill together, and of one of them; in bytes. */
const MOST = { all: 20e6, message: 186_000 };

const fill = fc
  .tuple(
    fc.constantFrom("<i a='12345'/>", "\ufdfa", "İ", "&lt;", "ab "),
    fc.constantFrom(20, 8_500, 62_000),
    fc.constantFrom(60, 600),
    fc.constantFrom("", "<x xmlns='urn:x'/>", "<origin-id xmlns='urn:xmpp:sid:0' id='o'/>"),
  )
  .map(([piece, most, count, beside]) => {
    const size = Buffer.byteLength(piece);
    const pieces = Math.min(most, Math.floor(MOST.message / size));
    const messages = Math.min(count, Math.floor(MOST.all / (pieces * size)));
    return { piece, pieces, messages, beside };
  });

const words = weighted(
  [3, fc.constantFrom("\ufdfa", "x", "ab", "zz", "صلى", "zq ".repeat(10), "가", "i")],
  [1, carriable.map((raw) => raw.slice(0, 200))],
);
const id = fc.constantFrom("none", "1", "9".repeat(16), "0e", "{id}");

function iq(type: "get" | "set", inner: string): (to: string) => string {
  return (to) => `<iq type='${type}' to='${to}' id='{id}'>${inner}</iq>`;
}

function archive(set: string, ...fields: readonly string[]): (to: string) => string {
  const form = `<x xmlns='jabber:x:data' type='submit'>${field("FORM_TYPE", MAM)}${fields.join("")}</x>`;
  return iq("set", `<query xmlns='${MAM}'>${form}<set xmlns='${RSM}'>${set}</set></query>`);
}

const page = fc.constantFrom(
  "<max>50</max>",
  "<max>1</max>",
  "<max>250</max><before/>",
  "<before>1</before>",
  "",
);
const ask = fc.oneof(
  id.map(
    (name) => (to: string) =>
      `<message to='${to}' type='groupchat' id='{id}'><retract xmlns='${RETRACT}' id='${name}'/></message>`,
  ),
  id.map((name) =>
    iq(
      "set",
      `<moderate xmlns='urn:xmpp:message-moderate:1' id='${name}'><retract xmlns='${RETRACT}'/></moderate>`,
    ),
  ),
  fc
    .tuple(words, page)
    .map(([text, set]) => archive(set, field("{urn:xmpp:fulltext:0}fulltext", escaped(text)))),
  fc
    .tuple(fc.constantFrom("nobody", hostileName(0)), page)
    .map(([name, set]) => archive(set, field("with", `${name}@${DOMAIN}`))),
  page.map((set) => archive(set)),
  id.map((name) => archive("", field("ids", name))),
  id.map((name) => archive("", field("after-id", name))),
  fc
    .constantFrom(0, 20, 500)
    .map(
      (most) => (to: string) =>
        `<presence to='${to}/again'><x xmlns='${MUC}'><history maxstanzas='${most}'/></x></presence>`,
    ),
  fc.constantFrom(
    iq("get", `<query xmlns='${MUC}#admin'><item affiliation='member'/></query>`),
    iq("get", `<query xmlns='${MUC}#owner'/>`),
    iq("get", "<vCard xmlns='vcard-temp'/>"),
    iq("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>"),
    iq("get", "<query xmlns='http://jabber.org/protocol/disco#items'/>"),
    iq("set", `<query xmlns='${MUC}#owner'><destroy/></query>`),
  ),
);

export const filled: Generator = {
  name: "filled",
  batch: 1,
  steps: fc
    .tuple(
      hostile,
      fc.noBias(fc.nat(1e9)),
      fill,
      fc.array(ask, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(0, 0, 0, 25),
    )
    .map(([by, number, content, asks, seconds]): Step[] => {
      const room = `cellar${number}@${DOMAIN}`;
      const enter = `<presence to='${room}/${hostileName(by)}'><x xmlns='${MUC}'><history maxstanzas='0'/></x></presence>`;
      return [
        { do: "fill", room, by, ...content },
        { do: "send", by, stanza: enter },
        { do: "settle" },
        ...asks.map((of): Step => ({ do: "send", by, stanza: of(quoted(room).slice(1, -1)) })),
        ...(seconds > 0 ? [{ do: "settle", seconds } as const] : []),
        { do: "send", by, stanza: iq("set", `<query xmlns='${MUC}#owner'><destroy/></query>`)(room) },
      ];
    }),
};
