/**
 * The names of elements that clients display. Some clients use the first element with such a name at any depth and of
 * any namespace, and servers change the order of children. So the component must use these names only for the elements
 * that specifications define.
 */
import { NS, type Element } from "../../component/xml/builder.js";

const STANZA = [undefined, "", NS.client];
const CHAT_STATES = ["http://jabber.org/protocol/chatstates"];
const MUC = "http://jabber.org/protocol/muc";

/** The namespaces in which each name may be used; `undefined` stands for the stanza's own namespace. */
const MEANT: Readonly<Record<string, readonly (string | undefined)[]>> = {
  message: STANZA,
  presence: STANZA,
  iq: STANZA,
  body: STANZA,
  subject: STANZA,
  thread: STANZA,
  error: STANZA,
  show: STANZA,
  status: [...STANZA, `${MUC}#user`],
  priority: STANZA,
  text: [NS.stanzas],
  html: ["http://jabber.org/protocol/xhtml-im"],
  nick: ["http://jabber.org/protocol/nick"],
  delay: [NS.delay],
  x: [MUC, `${MUC}#user`, "jabber:x:conference", "jabber:x:oob", NS.data, "vcard-temp:x:update"],
  url: ["jabber:x:oob"],
  active: CHAT_STATES,
  composing: CHAT_STATES,
  paused: CHAT_STATES,
  inactive: CHAT_STATES,
  gone: [...CHAT_STATES, NS.stanzas],
  sent: [NS.carbons],
  received: [NS.carbons, "urn:xmpp:receipts"],
  request: ["urn:xmpp:receipts", NS.stanzas],
  forwarded: [NS.forward],
  result: ["urn:xmpp:mam:2"],
  invite: [`${MUC}#user`],
  decline: [`${MUC}#user`],
  destroy: [`${MUC}#user`],
  "stanza-id": [NS.sid],
  "origin-id": [NS.sid],
  "occupant-id": ["urn:xmpp:occupant-id:0"],
  replace: ["urn:xmpp:message-correct:0"],
  retract: ["urn:xmpp:message-retract:1", "urn:xmpp:message-retract:0"],
  retracted: ["urn:xmpp:message-retract:1", "urn:xmpp:message-retract:0"],
  reactions: ["urn:xmpp:reactions:0"],
  reply: ["urn:xmpp:reply:0"],
  markable: ["urn:xmpp:chat-markers:0"],
  displayed: ["urn:xmpp:chat-markers:0"],
  event: ["http://jabber.org/protocol/pubsub#event"],
  encrypted: ["urn:xmpp:omemo:2", "eu.siacs.conversations.axolotl"],
  attention: ["urn:xmpp:attention:0"],
};

/**
 * Returns the elements of a stanza that clients may confuse with others, such as "qtalk/body of urn:qtalk:stanza:0".
 * @param path the names of the element's ancestors and the element
 */
export function misleading(stanza: Element, path = stanza.name): string[] {
  const meant = MEANT[stanza.name];
  const ns = stanza.getNS();
  const own = meant === undefined || meant.includes(ns) ? [] : [`${path} of ${ns ?? "the stanza"}`];
  const below = stanza.getChildElements().flatMap((child) => misleading(child, `${path}/${child.name}`));
  return [...own, ...below];
}
