/** The element builder, and the namespaces in use. */
import library, { type Element } from "@xmpp/xml";

export type { Element };

/**
 * Builds an element.
 * @param attrs a string is the namespace; undefined attributes are omitted
 * @param children undefined ones and empty texts are omitted
 */
export function xml(
  name: string,
  attrs: string | Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (Element | string | undefined)[]
): Element {
  const element = new library.Element(name);
  if (typeof attrs === "string") element.attrs.xmlns = attrs;
  else {
    for (const key in attrs) {
      const value = attrs[key];
      if (value !== undefined) element.attrs[key] = value;
    }
  }
  for (const child of children) if (child !== undefined && child !== "") element.append(child);
  return element;
}

export const NS = {
  accept: "jabber:component:accept",
  client: "jabber:client",
  stanzas: "urn:ietf:params:xml:ns:xmpp-stanzas",
  streams: "urn:ietf:params:xml:ns:xmpp-streams",
  discoInfo: "http://jabber.org/protocol/disco#info",
  discoItems: "http://jabber.org/protocol/disco#items",
  ping: "urn:xmpp:ping",
  version: "jabber:iq:version",
  last: "jabber:iq:last",
  time: "urn:xmpp:time",
  carbons: "urn:xmpp:carbons:2",
  forward: "urn:xmpp:forward:0",
  privilege: "urn:xmpp:privilege:2",
  delay: "urn:xmpp:delay",
  /** XEP-0091. */
  oldDelay: "jabber:x:delay",
  /** XEP-0172. */
  nick: "http://jabber.org/protocol/nick",
  /** XEP-0066. */
  oob: "jabber:x:oob",
  hints: "urn:xmpp:hints",
  sid: "urn:xmpp:sid:0",
  vcard: "vcard-temp",
  commands: "http://jabber.org/protocol/commands",
  address: "http://jabber.org/protocol/address",
  data: "jabber:x:data",
  /** QTalk's attributes, mirrored in an element because servers drop unknown attributes. */
  qtalk: "urn:qtalk:stanza:1",
  /** QTalk's presence for notifications. */
  notify: "jabber:x:presence_notify",
  /** QTalk's request for a key of web services. */
  key: "urn:xmpp:key",
  /** QTalk's message with keys at login; the component also accepts it as a request. */
  timeKey: "config:xmpp:time_key",
} as const;
