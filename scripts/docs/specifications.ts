/**
 * The specifications that the component implements, for the guide's table and the DOAP file (XEP-0453). Each has the
 * version with which the code was last compared.
 */

/** A XEP, an extension protocol of the XMPP Standards Foundation. */
export interface Xep {
  readonly number: number;
  readonly title: string;
  readonly version: string;
  /** The status in XEP-0453; "partial" if only the parts in the note are implemented. */
  readonly support: "complete" | "partial";
  /** What the component uses the XEP for. */
  readonly note: string;
}

export interface Rfc {
  readonly number: number;
  readonly title: string;
  /** What the component uses the RFC for. */
  readonly note: string;
}

const complete = (number: number, title: string, version: string, note: string): Xep => ({
  number,
  title,
  version,
  support: "complete",
  note,
});
const partial = (...row: Parameters<typeof complete>): Xep => ({ ...complete(...row), support: "partial" });

export const RFCS: readonly Rfc[] = [
  { number: 6120, title: "XMPP: Core", note: "stanzas and errors; the stream is XEP-0114's" },
  { number: 6121, title: "XMPP: Instant Messaging and Presence", note: "messages and presence" },
  {
    number: 7622,
    title: "XMPP: Address Format",
    note: "addresses, with the profiles of RFC 8264 and RFC 8265",
  },
  { number: 6750, title: "OAuth 2.0: Bearer Token Usage", note: "callers' tokens" },
];

export const XEPS: readonly Xep[] = [
  complete(4, "Data Forms", "2.13.2", "forms of rooms and archives"),
  complete(12, "Last Activity", "2.0", "answers for the component, asks the server"),
  complete(30, "Service Discovery", "2.5.0", "all entities"),
  partial(33, "Extended Stanza Addressing", "1.2.1", "multicast"),
  partial(45, "Multi-User Chat", "1.35.5", "rooms"),
  complete(50, "Ad-Hoc Commands", "1.3.0", "room administration; keys for web services"),
  complete(54, "vcard-temp", "1.3.0", "vCards of users, rooms, bots and the component"),
  complete(59, "Result Set Management", "1.0", "archives and lists"),
  partial(66, "Out of Band Data", "1.5", "URLs of files that programs send"),
  partial(77, "In-Band Registration", "2.4", "reserved nicknames; leaving a room for good"),
  complete(92, "Software Version", "1.1", "the component's version"),
  complete(114, "Jabber Component Protocol", "1.6", "the link to the server"),
  partial(115, "Entity Capabilities", "1.6.0", "sent by rooms, not read"),
  partial(122, "Data Forms Validation", "1.0.2", "lists in forms that accept other values"),
  complete(128, "Service Discovery Extensions", "1.0.1", "room information"),
  partial(133, "Service Administration", "1.2", "announcements in all rooms"),
  partial(153, "vCard-Based Avatars", "1.1.1", "presence of rooms and bots"),
  complete(157, "Contact Addresses for XMPP Services", "1.1.1", "contacts of the service"),
  partial(172, "User Nickname", "1.1", "sender names in programs' messages"),
  complete(199, "XMPP Ping", "2.0.1", "answers pings, and pings occupants"),
  complete(202, "Entity Time", "2.0", "answers for the component, asks the server"),
  complete(203, "Delayed Delivery", "2.0", "history, delayed and repeated messages"),
  complete(249, "Direct MUC Invitations", "1.2", "invitations from the inviter's address"),
  partial(280, "Message Carbons", "1.0.1", "copies for the sender's own sessions"),
  complete(297, "Stanza Forwarding", "1.0", "copies and archives"),
  partial(308, "Last Message Correction", "1.2.1", "corrections in archives, updated alerts"),
  complete(313, "Message Archive Management", "1.1.3", "archives of rooms"),
  partial(317, "Hats", "0.3.1", "hats from the configuration"),
  partial(334, "Message Processing Hints", "1.0.0", "messages marked as not to be stored"),
  partial(356, "Privileged Entity", "0.4.1", "privileged mode, requests for vCards"),
  complete(359, "Unique and Stable Stanza IDs", "0.7.0", "ids of all messages in rooms"),
  partial(393, "Message Styling", "1.1.1", "bold text and quotes in hooks' messages"),
  complete(410, "MUC Self-Ping", "1.1.0", "answers from rooms"),
  complete(421, "Occupant identifiers for semi-anonymous MUCs", "1.0.1", "presence and messages in rooms"),
  complete(424, "Message Retraction", "0.4.2", "messages in rooms, with tombstones"),
  complete(425, "Moderated Message Retraction", "0.3.0", "messages in rooms"),
  complete(431, "Full Text Search in MAM", "0.2.0", "search in archives of rooms, also in Chinese"),
  complete(437, "Room Activity Indicators", "0.2.0", "activity in rooms that the client left"),
  partial(444, "Message Reactions", "0.2.1", "stored in archives of rooms"),
  complete(453, "DOAP usage in XMPP", "0.1.2", "this list as a DOAP file"),
  complete(486, "MUC Avatars", "0.1.0", "pictures of rooms"),
];

export const xepName = ({ number }: Xep): string => `XEP-${String(number).padStart(4, "0")}`;
export const xepUrl = (xep: Xep): string => `https://xmpp.org/extensions/${xepName(xep).toLowerCase()}.html`;
export const rfcUrl = ({ number }: Rfc): string => `https://www.rfc-editor.org/rfc/rfc${number}.html`;
