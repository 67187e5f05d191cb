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
  register: "jabber:iq:register", // In-band registration (XEP-0077)
  stableId: "http://jabber.org/protocol/muc#stable_id",
  selfPing: "http://jabber.org/protocol/muc#self-ping-optimization", // Self-ping (XEP-0410)
  occupantId: "urn:xmpp:occupant-id:0",
  hats: "urn:xmpp:hats:0", // Hats (XEP-0317)
  oldHats: "xmpp:prosody.im/protocol/hats:1", // Hats in Prosody's earlier version
  mam: "urn:xmpp:mam:2", // Message archives (XEP-0313)
  fulltext: "urn:xmpp:fulltext:0", // Full-text search in archives (XEP-0431)
  rsm: "http://jabber.org/protocol/rsm", // Result sets in pages (XEP-0059)
  conference: "jabber:x:conference", // Direct invitations (XEP-0249)
  moderate: "urn:xmpp:message-moderate:1", // Moderated retraction (XEP-0425)
  retract: "urn:xmpp:message-retract:1", // Retraction of a user's own messages (XEP-0424)
  pubsubEvent: "http://jabber.org/protocol/pubsub#event", // PubSub events (XEP-0060)
  captcha: "urn:xmpp:captcha", // Captchas (XEP-0158)
  activity: "urn:xmpp:rai:0", // Room activity indicators (XEP-0437)
  capabilities: "http://jabber.org/protocol/caps", // Entity capabilities (XEP-0115)
  vcardUpdate: "vcard-temp:x:update", // The picture's hash in presence (XEP-0153)
} as const;
