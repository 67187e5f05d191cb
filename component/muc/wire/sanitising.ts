/**
 * Cleans occupants' stanzas: removes elements that only a room or a server may send, at any depth. Clients trust such
 * elements, Converse even inside others. (Servers remove fewer: Prosody muc, muc#user, hats, occupant-id and delays in
 * the room's name; ejabberd also other muc#… namespaces in presence, and nicknames in messages.)
 */
import { Jid, type AccountJid } from "../../addresses/address.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { quote, serialise, unchecked } from "../../xml/serialise.js";
import { IllFormed, inOneWrite, NO_TEXT, type WireText } from "../../xml/wire-text.js";
import { MUC } from "./ns.js";
import { StanzaError } from "../../inbound/stanza-error.js";
import { declaresNamespace, isName } from "../../xml/names.js";
import { inStanza, parseXml, XmlFault } from "../../xml/parse.js";

/** The limit for the children of a presence, in UTF-16 units. */
const MAX_PRESENCE = 16 * 1024;
const ESSENTIAL: ReadonlySet<string> = new Set(["show", "status", "priority"]);

type Child = Element | string;
/** Whether an element with the test's namespace is reserved for the room or for servers. */
type Test = (room: AccountJid, element: Element) => boolean;

const always: Test = () => true;

/** The test for each namespace with reserved elements. */
const RESERVED: ReadonlyMap<string, Test> = new Map<string, Test>([
  // The room's statements about occupants.
  [MUC.occupantId, always],
  [MUC.hats, always],
  [MUC.oldHats, always],
  // A name that clients may show instead of the nickname (XEP-0172).
  [NS.nick, always],
  // Addresses (XEP-0033): Gajim trusts the original sender (type ofrom); multicast services send to the addresses.
  [NS.address, always],
  // The time of a message (XEP-0203). Clients trust delays without `from`; Converse trusts every delay.
  [NS.delay, always],
  [NS.oldDelay, always],
  // The message's id in the room's archive (XEP-0359).
  [NS.sid, (room, element) => element.getName() === "stanza-id" && isRooms(room, element.attrs.by)],
  // Copies of other messages (XEP-0280), which only a server may send.
  [NS.carbons, (_room, element) => ["sent", "received"].includes(element.getName())],
  // PubSub events, some of which Converse shows as the room's own.
  [MUC.pubsubEvent, always],
  // The room's captchas and voice requests.
  [MUC.captcha, always],
  [NS.data, (_room, element) => formTypeOf(element).startsWith(MUC.muc)],
  // Moderated retractions, which only the room announces. Older clients trust the three older namespaces.
  ...[
    MUC.moderate,
    MUC.retract,
    "urn:xmpp:message-moderate:0",
    "urn:xmpp:message-retract:0",
    "urn:xmpp:fasten:0",
  ].map((ns): [string, Test] => [ns, (_room, element) => isModeration(element)]),
]);

/** The beginnings of namespaces that are reserved for rooms, archives (XEP-0313) and channels (XEP-0369). */
const FAMILIES: readonly string[] = [MUC.muc, "urn:xmpp:mam:", "urn:xmpp:mix:"];
/** The beginning of the namespace for QTalk's attributes (NS.qtalk), which only messages of calls may have. */
const MIRROR = "urn:qtalk:stanza:";

/** Returns an occupant's child elements without the reserved ones. @throws StanzaError bad-request for invalid ones */
export function sanitisedChildren(room: AccountJid, stanza: Element): Element[] {
  const children = sanitised(stanza, stanza.getChildElements()).filter(
    (child) => child.getNS()?.startsWith(MIRROR) !== true,
  );
  return withoutReserved(room, children).filter((child) => typeof child !== "string");
}

/** Returns the sanitised children of a presence, serialised; only ESSENTIAL ones if they are too long. */
export function sanitisedPresence(room: AccountJid, stanza: Element): WireText {
  const children = sanitisedChildren(room, stanza);
  const text = inOneWrite(children.map(serialise));
  if (text.length <= MAX_PRESENCE) return text;
  const essential = inOneWrite(children.filter((child) => ESSENTIAL.has(child.name)).map(serialise));
  return essential.length <= MAX_PRESENCE ? essential : NO_TEXT;
}

/**
 * Returns the attributes of an occupant's stanza, except those with an unusual name (xml/names.ts) or a prefix other than
 * xml, and QTalk's `realfrom`, which names another sender.
 */
export function sanitisedAttributes({ attrs }: Element): Record<string, string | undefined> {
  const isKept = (name: string): boolean => (!name.includes(":") || name.startsWith("xml:")) && isName(name);
  const kept = Object.entries(attrs).filter(
    ([name]) => !["xmlns", "realfrom"].includes(name) && isKept(name),
  );
  return Object.fromEntries(kept);
}

/** Removes reserved elements at any depth. @param depth the children's depth: 0 for the stanza's own children */
export function withoutReserved(room: AccountJid, children: readonly Child[], depth = 0): readonly Child[] {
  return children.flatMap((child): Child[] => {
    if (typeof child === "string") return [child];
    // Occupants may send the time of a forwarded message (XEP-0297).
    const isDate = depth === 1 && child.is("delay", NS.delay) && child.parent?.is("forwarded", NS.forward);
    if (isReserved(room, child) && isDate !== true) return [];
    const kept = withoutReserved(room, child.children, depth + 1);
    const isWhole =
      kept.length === child.children.length && kept.every((one, at) => one === child.children[at]);
    return [isWhole ? child : xml(child.name, child.attrs, ...kept)];
  });
}

function isReserved(room: AccountJid, element: Element): boolean {
  const ns = element.getNS() ?? "";
  return RESERVED.get(ns)?.(room, element) ?? FAMILIES.some((family) => ns.startsWith(family));
}

/** Whether an address is the room's, an occupant's, or the component's domain. */
function isRooms(room: AccountJid, text: string | undefined): boolean {
  const jid = text === undefined ? undefined : Jid.parse(text)?.bare;
  return jid !== undefined && (jid.text === room.text || jid.text === room.domain);
}

/** Whether an element in a namespace of retractions belongs to a moderated one, which only the room may send. */
function isModeration(element: Element): boolean {
  return (
    ["moderated", "retracted"].includes(element.getName()) || element.getChild("moderated") !== undefined
  );
}

function formTypeOf(form: Element): string {
  const field = form.getChildren("field").find(({ attrs }) => attrs.var === "FORM_TYPE");
  return field?.getChildText("value") ?? "";
}

/** Limits below the usual ones of parseXml(), which must be able to parse the elements again in a stanza. */
const LIMITS = { depth: 61, elements: 9_001, attributes: 4_000 };

/** Rebuilds one element, such as an IQ's payload. @throws StanzaError bad-request if it can't be rebuilt */
export function passOn(element: Element): Element {
  const [rebuilt = element] = sanitised(element.parent, [element]);
  return rebuilt;
}

/** Returns the namespace of a stanza's child; "" if it is the stanza's own namespace. */
export function namespaceOf(element: Element): string {
  return inStanza(element.getNS() ?? "");
}

/**
 * Rebuilds elements by the strict parser, because the stream's parser accepts what servers refuse.
 * @param parent the elements' parent, whose namespace declarations apply
 */
function sanitised(parent: Element | null, elements: readonly Element[]): Element[] {
  const around = parseXml(textOf(parent, elements), LIMITS);
  if (around instanceof XmlFault) throw invalid(around.reason);
  const children = around.getChildElements();
  // Outside their parent, the elements need the namespace that they had from it.
  const { xmlns } = around.attrs;
  if (xmlns !== undefined) for (const { attrs } of children) attrs.xmlns ??= xmlns;
  return children;
}

/** Returns the elements as a text, inside an element with the declarations that apply to them. */
function textOf(parent: Element | null, elements: readonly Element[]): string {
  const declared = new Map<string, string>();
  for (let around = parent; around !== null; around = around.parent) {
    for (const [name, value] of Object.entries(around.attrs))
      if (declaresNamespace(name) && value !== undefined && !declared.has(name)) declared.set(name, value);
  }
  try {
    const attributes = [...declared].map(([name, value]) => ` ${name}=${quote(value)}`);
    return `<x${attributes.join("")}>${elements.map(unchecked).join("")}</x>`;
  } catch (error) {
    throw error instanceof IllFormed ? invalid(error.message) : error;
  }
}

function invalid(reason: string): StanzaError {
  return new StanzaError("modify", "bad-request", `This stanza can't be passed on: ${reason}.`);
}
