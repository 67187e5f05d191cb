import library, { type Element } from "@xmpp/xml";

export type { Element };

/** Builds an element, without what is undefined and empty texts. @param attrs the attributes, or the namespace */
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
      // eslint-disable-next-line own/no-prototype-lookup -- A text assigned to __proto__ has no effect.
      if (value !== undefined) element.attrs[key] = value;
    }
  }
  for (const child of children) if (child !== undefined && child !== "") element.append(child);
  return element;
}

/** The namespaces in use; see also MUC in muc/wire/ns.ts. */
export const NS = {
  /** The component's stream (XEP-0114). */
  accept: "jabber:component:accept",
  /** Clients' streams (RFC 6120), and stanzas inside other elements. */
  client: "jabber:client",
  /** Conditions of stanza errors (RFC 6120 §8.3). */
  stanzas: "urn:ietf:params:xml:ns:xmpp-stanzas",
  /** Conditions of stream errors (RFC 6120 §4.9). */
  streams: "urn:ietf:params:xml:ns:xmpp-streams",
  discoInfo: "http://jabber.org/protocol/disco#info",
  discoItems: "http://jabber.org/protocol/disco#items",
  ping: "urn:xmpp:ping",
  version: "jabber:iq:version",
  /** Last activity (XEP-0012). */
  last: "jabber:iq:last",
  time: "urn:xmpp:time",
  /** Copies of a user's messages for the user's other sessions (XEP-0280). */
  carbons: "urn:xmpp:carbons:2",
  /** Forwarded stanzas (XEP-0297). */
  forward: "urn:xmpp:forward:0",
  /** Stanzas that the component sends in users' names (XEP-0356). */
  privilege: "urn:xmpp:privilege:2",
  /** The time of a stanza that is sent later (XEP-0203). */
  delay: "urn:xmpp:delay",
  /** The time of a stanza that is sent later, in the older XEP-0091. */
  oldDelay: "jabber:x:delay",
  /** A user's nickname outside of rooms (XEP-0172). */
  nick: "http://jabber.org/protocol/nick",
  /** Links to files (XEP-0066). */
  oob: "jabber:x:oob",
  /** Uploads of files to the server (XEP-0363). */
  upload: "urn:xmpp:http:upload:0",
  /** Corrections of earlier messages (XEP-0308). */
  correct: "urn:xmpp:message-correct:0",
  /** Answers to messages (XEP-0461). */
  reply: "urn:xmpp:reply:0",
  /** Reactions to messages (XEP-0444). */
  reactions: "urn:xmpp:reactions:0",
  reactionsRestricted: "urn:xmpp:reactions:0:restrictions",
  /** Parts of a text for clients that don't know a specification (XEP-0428). */
  fallback: "urn:xmpp:fallback:0",
  /** Receipts of messages (XEP-0184). */
  receipts: "urn:xmpp:receipts",
  /** Mentions in texts (XEP-0372). */
  reference: "urn:xmpp:reference:0",
  /** Publish-subscribe (XEP-0060), also of users' own data (XEP-0163). */
  pubsub: "http://jabber.org/protocol/pubsub",
  /** Users' bookmarks of rooms (XEP-0402). */
  bookmarks: "urn:xmpp:bookmarks:1",
  /** Hints whether servers should store a message (XEP-0334). */
  hints: "urn:xmpp:hints",
  /** Ids of stanzas (XEP-0359). */
  sid: "urn:xmpp:sid:0",
  vcard: "vcard-temp",
  /** Ad-hoc commands (XEP-0050). */
  commands: "http://jabber.org/protocol/commands",
  /** Several addresses of one stanza (XEP-0033). */
  address: "http://jabber.org/protocol/address",
  /** Data forms (XEP-0004). */
  data: "jabber:x:data",
  /** The element that repeats QTalk's own stanza attributes, because servers drop unknown attributes. */
  qtalk: "urn:qtalk:stanza:1",
  /** QTalk's presence that carries notifications to clients. */
  notify: "jabber:x:presence_notify",
  /** QTalk's IQ request for a key for web services. */
  key: "urn:xmpp:key",
  /** QTalk's message with a key for web services. Clients may send such a message to request a key. */
  timeKey: "config:xmpp:time_key",
} as const;
