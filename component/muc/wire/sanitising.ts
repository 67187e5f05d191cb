/**
 * Strips elements that only the room may send from everything that goes out in an occupant's name, at any depth.
 * Servers strip some of them (Prosody: muc, muc#user, hats, occupant-id, delays in the room's name; ejabberd also every
 * muc#… in presences and nicknames in messages), but clients trust more of them, and Converse finds them at any depth.
 */
import { Jid, type AccountJid } from "../../address.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { isModeration } from "../archive/retraction.js";
import { serialise } from "../../xml/serialise.js";
import { inOneWrite, NO_TEXT, type WireText } from "../../xml/wire-text.js";
import { MUC } from "./ns.js";
import { attributesOf, passedOn } from "./payload.js";

/** The most UTF-16 units of a presence that are passed on. */
const MAX_PRESENCE = 16 * 1024;
const ESSENTIAL: ReadonlySet<string> = new Set(["show", "status", "priority"]);

type Child = Element | string;
type Test = (room: AccountJid, element: Element) => boolean;

const always: Test = () => true;

const RESERVED: ReadonlyMap<string, Test> = new Map<string, Test>([
  // The room's statements about occupants.
  [MUC.occupantId, always],
  [MUC.hats, always],
  [MUC.oldHats, always],
  // Another name than the nickname (XEP-0172).
  [NS.nick, always],
  // The original sender (type ofrom), which Gajim trusts; multicast services act on the element.
  [NS.address, always],
  // The time of a message. Clients trust delays without `from`, Converse trusts all.
  [NS.delay, always],
  [NS.oldDelay, always],
  // The id in the room's archive.
  [NS.sid, (room, element) => element.getName() === "stanza-id" && isRooms(room, element.attrs.by)],
  // Messages of others, which only a server may forward.
  [NS.carbons, (_room, element) => ["sent", "received"].includes(element.getName())],
  // PubSub events, some of which Converse shows as the room's own.
  [MUC.pubsubEvent, always],
  // The room's captchas and voice requests.
  [MUC.captcha, always],
  [NS.data, (_room, element) => formTypeOf(element).startsWith(MUC.muc)],
  // Moderated retractions, which only the room announces.
  ...[MUC.moderate, MUC.oldModerate, MUC.retract, MUC.oldRetract, MUC.fasten].map((ns): [string, Test] => [
    ns,
    (_room, element) => isModeration(element),
  ]),
]);

/** Prefixes of namespaces reserved for rooms, archives and channels (XEP-0369). */
const FAMILIES: readonly string[] = [MUC.muc, "urn:xmpp:mam:", "urn:xmpp:mix:"];
/** The mirror of QTalk's attributes, which only calls make. */
const MIRROR = "urn:qtalk:stanza:";

/** The children of an occupant's stanza to pass on. @throws StanzaError bad-request if one can't be passed on */
export function sanitisedChildren(room: AccountJid, stanza: Element): Element[] {
  const children = passedOn(stanza).filter((child) => child.getNS()?.startsWith(MIRROR) !== true);
  return withoutReserved(room, children).filter((child) => typeof child !== "string");
}

/** The children of an occupant's presence to pass on, serialised; only the essential ones if it is too long. */
export function sanitisedPresence(room: AccountJid, stanza: Element): WireText {
  const children = sanitisedChildren(room, stanza);
  const text = inOneWrite(children.map(serialise));
  if (text.length <= MAX_PRESENCE) return text;
  const essential = inOneWrite(children.filter((child) => ESSENTIAL.has(child.name)).map(serialise));
  return essential.length <= MAX_PRESENCE ? essential : NO_TEXT;
}

/** The attributes of an occupant's stanza to pass on, without QTalk's attribute that names another sender. */
export function sanitisedAttributes(stanza: Element): Record<string, string | undefined> {
  return { ...attributesOf(stanza), realfrom: undefined };
}

/** The children without those reserved for the room, at any depth. @param depth of the children in the stanza */
export function withoutReserved(room: AccountJid, children: readonly Child[], depth = 0): readonly Child[] {
  return children.flatMap((child): Child[] => {
    if (typeof child === "string") return [child];
    if (isReserved(room, child) && !isDateOfForwarded(child, depth)) return [];
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

/** Whether it is the time of a message that an occupant forwards (XEP-0297), which is allowed. */
function isDateOfForwarded(element: Element, depth: number): boolean {
  return depth === 1 && element.is("delay", NS.delay) && element.parent?.is("forwarded", NS.forward) === true;
}

/** Whether the address is the room's, an occupant's or the service's. */
function isRooms(room: AccountJid, text: string | undefined): boolean {
  const jid = text === undefined ? undefined : Jid.parse(text)?.bare;
  return jid !== undefined && (jid.text === room.text || jid.text === room.domain);
}

function formTypeOf(form: Element): string {
  const field = form.getChildren("field").find(({ attrs }) => attrs.var === "FORM_TYPE");
  return field?.getChildText("value") ?? "";
}
