/**
 * What only the room may say is stripped, at any depth, from whatever goes out in an occupant's name, as it claims an
 * authority that occupants don't have. Servers strip some of it (Prosody: muc, muc#user, hats, occupant-id, delays in
 * the room's name; ejabberd also every muc#… in presences and nicknames in messages); clients believe more, and
 * Converse finds it at any depth.
 */
import { Jid, type AccountJid } from "../../address.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { isModeration } from "../archive/retraction.js";
import { MUC } from "./ns.js";
import { attributesOf, passedOn } from "./payload.js";

type Child = Element | string;
type Test = (room: AccountJid, element: Element) => boolean;

const always: Test = () => true;

const RESERVED: ReadonlyMap<string, Test> = new Map<string, Test>([
  // What the room says of its occupants: who they are, and which offices they hold.
  [MUC.occupantId, always],
  [MUC.hats, always],
  [MUC.oldHats, always],
  // Another name than the one under which the room knows them (XEP-0172).
  [NS.nick, always],
  // Whom a message is really from (type ofrom): Gajim believes it. To a multicast service it is an order, besides.
  [NS.address, always],
  // When it was said: now. Clients believe delays without `from`, and Converse believes all.
  [NS.delay, always],
  [NS.oldDelay, always],
  // Its place in the room's archive.
  [NS.sid, (room, element) => element.getName() === "stanza-id" && isRooms(room, element.attrs.by)],
  // Others' messages, as only a server hands them over.
  [NS.carbons, (_room, element) => ["sent", "received"].includes(element.getName())],
  // What a service tells its subscribers; Converse shows some of it as the room's own news.
  [MUC.pubsubEvent, always],
  // The room asks somebody to prove that they are human, or its moderators to give somebody voice.
  [MUC.captcha, always],
  [NS.data, (_room, element) => formTypeOf(element).startsWith(MUC.muc)],
  // Only moderators retract what others said, through the room.
  ...[MUC.moderate, MUC.oldModerate, MUC.retract, MUC.oldRetract, MUC.fasten].map((ns): [string, Test] => [
    ns,
    (_room, element) => isModeration(element),
  ]),
]);

/** Namespaces of which all is the room's, or an archive's; a channel's (XEP-0369). */
const FAMILIES: readonly string[] = [MUC.muc, "urn:xmpp:mam:", "urn:xmpp:mix:"];
/** The mirror of QTalk's attributes is made where a call says something. */
const MIRROR = "urn:qtalk:stanza:";

/**
 * The children of an occupant's stanza that are passed on in their name.
 * @throws StanzaError bad-request for what can't be passed on
 */
export function sanitisedChildren(room: AccountJid, stanza: Element): Element[] {
  const children = passedOn(stanza).filter((child) => child.getNS()?.startsWith(MIRROR) !== true);
  return withoutReserved(room, children).filter((child) => typeof child !== "string");
}

/** The attributes of an occupant's stanza that are passed on: not the one that names another sender (QTalk's). */
export function sanitisedAttributes(stanza: Element): Record<string, string | undefined> {
  return { ...attributesOf(stanza), realfrom: undefined };
}

/** A stanza's children, or those of one of them, without what the room alone may say. */
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

/** When something was said that an occupant forwards (XEP-0297): that is theirs to say, as the rest of it. */
function isDateOfForwarded(element: Element, depth: number): boolean {
  return depth === 1 && element.is("delay", NS.delay) && element.parent?.is("forwarded", NS.forward) === true;
}

/** Whether the address is the room's, its service's, or somebody's in it. */
function isRooms(room: AccountJid, text: string | undefined): boolean {
  const jid = text === undefined ? undefined : Jid.parse(text)?.bare;
  return jid !== undefined && (jid.text === room.text || jid.text === room.domain);
}

function formTypeOf(form: Element): string {
  const field = form.getChildren("field").find(({ attrs }) => attrs.var === "FORM_TYPE");
  return field?.getChildText("value") ?? "";
}
