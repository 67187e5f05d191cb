/** The namespaces of group chat (XEP-0045) and related specifications. */
export const MUC = {
  /** The namespaces without a comment are from XEP-0045. */
  muc: "http://jabber.org/protocol/muc",
  user: "http://jabber.org/protocol/muc#user",
  admin: "http://jabber.org/protocol/muc#admin",
  owner: "http://jabber.org/protocol/muc#owner",
  roomConfig: "http://jabber.org/protocol/muc#roomconfig",
  roomInfo: "http://jabber.org/protocol/muc#roominfo",
  request: "http://jabber.org/protocol/muc#request",
  registerForm: "http://jabber.org/protocol/muc#register",
  /** In-band registration (XEP-0077). */
  register: "jabber:iq:register",
  stableId: "http://jabber.org/protocol/muc#stable_id",
  /** Self-ping (XEP-0410). */
  selfPing: "http://jabber.org/protocol/muc#self-ping-optimization",
  occupantId: "urn:xmpp:occupant-id:0",
  /** Hats (XEP-0317). */
  hats: "urn:xmpp:hats:0",
  /** Hats in Prosody's earlier version. */
  oldHats: "xmpp:prosody.im/protocol/hats:1",
  /** Message archives (XEP-0313). */
  mam: "urn:xmpp:mam:2",
  /** Full-text search in archives (XEP-0431). */
  fulltext: "urn:xmpp:fulltext:0",
  /** Result sets in pages (XEP-0059). */
  rsm: "http://jabber.org/protocol/rsm",
  /** Direct invitations (XEP-0249). */
  conference: "jabber:x:conference",
  /** Moderated retraction (XEP-0425). */
  moderate: "urn:xmpp:message-moderate:1",
  /** Retraction of a user's own messages (XEP-0424). */
  retract: "urn:xmpp:message-retract:1",
  /** PubSub events (XEP-0060). */
  pubsubEvent: "http://jabber.org/protocol/pubsub#event",
  /** Captchas (XEP-0158). */
  captcha: "urn:xmpp:captcha",
  /** Room activity indicators (XEP-0437). */
  activity: "urn:xmpp:rai:0",
  /** Entity capabilities (XEP-0115). */
  capabilities: "http://jabber.org/protocol/caps",
  /** The picture's hash in presence (XEP-0153). */
  vcardUpdate: "vcard-temp:x:update",
} as const;
