/** The namespaces of group chat and related specifications. */
export const MUC = {
  /** XEP-0045. */
  muc: "http://jabber.org/protocol/muc",
  user: "http://jabber.org/protocol/muc#user",
  admin: "http://jabber.org/protocol/muc#admin",
  owner: "http://jabber.org/protocol/muc#owner",
  roomConfig: "http://jabber.org/protocol/muc#roomconfig",
  roomInfo: "http://jabber.org/protocol/muc#roominfo",
  request: "http://jabber.org/protocol/muc#request",
  registerForm: "http://jabber.org/protocol/muc#register",
  /** XEP-0077. */
  register: "jabber:iq:register",
  stableId: "http://jabber.org/protocol/muc#stable_id",
  /** XEP-0410. */
  selfPing: "http://jabber.org/protocol/muc#self-ping-optimization",
  /** XEP-0421. */
  occupantId: "urn:xmpp:occupant-id:0",
  /** XEP-0317, and Prosody's earlier version. */
  hats: "urn:xmpp:hats:0",
  oldHats: "xmpp:prosody.im/protocol/hats:1",
  /** XEP-0313. */
  mam: "urn:xmpp:mam:2",
  /** XEP-0431. */
  fulltext: "urn:xmpp:fulltext:0",
  /** XEP-0059. */
  rsm: "http://jabber.org/protocol/rsm",
  /** XEP-0249. */
  conference: "jabber:x:conference",
  /** XEP-0425, and its version 0.2. */
  moderate: "urn:xmpp:message-moderate:1",
  oldModerate: "urn:xmpp:message-moderate:0",
  /** XEP-0424, and its version 0.3. */
  retract: "urn:xmpp:message-retract:1",
  oldRetract: "urn:xmpp:message-retract:0",
  /** XEP-0422. */
  fasten: "urn:xmpp:fasten:0",
  /** XEP-0060. */
  pubsubEvent: "http://jabber.org/protocol/pubsub#event",
  /** XEP-0158. */
  captcha: "urn:xmpp:captcha",
  /** XEP-0437. */
  activity: "urn:xmpp:rai:0",
  /** XEP-0115. */
  capabilities: "http://jabber.org/protocol/caps",
  /** XEP-0153. */
  vcardUpdate: "vcard-temp:x:update",
} as const;
