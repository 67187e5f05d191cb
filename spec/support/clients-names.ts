/**
 * The names of elements that clients display. Some clients use the first element with such a name at any depth and of
 * any namespace, and servers change the order of children. So the component must use these names only for the elements
 * that specifications define.
 */
import { NS, type Element } from "../../component/xml/builder.js";

const STANZA = [undefined, "", NS.client];
const CHAT_STATES = "http://jabber.org/protocol/chatstates";
const MUC = "http://jabber.org/protocol/muc";

/** Names, and the namespaces in which they may be used; `undefined` stands for the stanza's own namespace. */
const ROWS: readonly (readonly [names: string, ...namespaces: (string | undefined)[]])[] = [
  ["message presence iq body subject thread error show priority", ...STANZA],
  ["status", ...STANZA, `${MUC}#user`],
  ["text", NS.stanzas],
  ["html", "http://jabber.org/protocol/xhtml-im"],
  ["nick", "http://jabber.org/protocol/nick"],
  ["delay", NS.delay],
  ["x", MUC, `${MUC}#user`, "jabber:x:conference", "jabber:x:oob", NS.data, "vcard-temp:x:update"],
  ["url", "jabber:x:oob"],
  ["active composing paused inactive", CHAT_STATES],
  ["gone", CHAT_STATES, NS.stanzas],
  ["sent", NS.carbons],
  ["received", NS.carbons, "urn:xmpp:receipts"],
  ["request", "urn:xmpp:receipts", NS.stanzas],
  ["forwarded", NS.forward],
  ["result", "urn:xmpp:mam:2"],
  ["invite decline destroy", `${MUC}#user`],
  ["stanza-id origin-id", NS.sid],
  ["occupant-id", "urn:xmpp:occupant-id:0"],
  ["replace", "urn:xmpp:message-correct:0"],
  ["retract retracted", "urn:xmpp:message-retract:1", "urn:xmpp:message-retract:0"],
  ["reactions", "urn:xmpp:reactions:0"],
  ["reply", "urn:xmpp:reply:0"],
  ["markable displayed", "urn:xmpp:chat-markers:0"],
  ["event", "http://jabber.org/protocol/pubsub#event"],
  ["encrypted", "urn:xmpp:omemo:2", "eu.siacs.conversations.axolotl"],
  ["attention", "urn:xmpp:attention:0"],
];
const MEANT = new Map(ROWS.flatMap(([names, ...meant]) => names.split(" ").map((name) => [name, meant])));

/**
 * Returns the elements of a stanza that clients may confuse with others, such as "qtalk/body of urn:qtalk:stanza:0".
 * @param path the names of the element's ancestors and the element
 */
export function misleading(stanza: Element, path = stanza.name): string[] {
  const meant = MEANT.get(stanza.name);
  const ns = stanza.getNS();
  const own = meant === undefined || meant.includes(ns) ? [] : [`${path} of ${ns ?? "the stanza"}`];
  const below = stanza.getChildElements().flatMap((child) => misleading(child, `${path}/${child.name}`));
  return [...own, ...below];
}
