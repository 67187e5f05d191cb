/**
 * The specifications that the component follows: the one source of the guide's table and of the DOAP file (XEP-0453).
 * Versions are those that the code was last compared with.
 */

/** An extension protocol of the XMPP Standards Foundation. */
export interface Xep {
  readonly number: number;
  readonly title: string;
  readonly version: string;
  /** In XEP-0453's words; partial where only what the note says is there. */
  readonly support: "complete" | "partial";
  readonly note: string;
}

export interface Rfc {
  readonly number: number;
  readonly title: string;
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
  { number: 6120, title: "XMPP: Core", note: "stanzas and their errors; the stream is XEP-0114's" },
  { number: 6121, title: "XMPP: Instant Messaging and Presence", note: "messages and presence" },
  {
    number: 7622,
    title: "XMPP: Address Format",
    note: "addresses, with the profiles of RFC 8264 and RFC 8265",
  },
  { number: 6750, title: "OAuth 2.0: Bearer Token Usage", note: "the header by which programs are known" },
];

export const XEPS: readonly Xep[] = [
  complete(4, "Data Forms", "2.13.2", "what rooms and the archive ask and are asked"),
  complete(12, "Last Activity", "2.0", "tells how long the component runs"),
  complete(30, "Service Discovery", "2.5.0", "features are those that are there"),
  partial(
    33,
    "Extended Stanza Addressing",
    "1.2.1",
    "rooms tell many through the server's service; offers none",
  ),
  partial(45, "Multi-User Chat", "1.35.5", "the rooms"),
  complete(50, "Ad-Hoc Commands", "1.3.0", "administering rooms; a key for web services"),
  complete(54, "vcard-temp", "1.3.0", "asks for users'; has one of its own, and one for each room and bot"),
  complete(59, "Result Set Management", "1.0", "archives and lists, both ways"),
  partial(66, "Out of Band Data", "1.5", "the URL of a file, picture, voice or video that programs send"),
  partial(77, "In-Band Registration", "2.4", "reserving a nickname in a room; leaving it for good"),
  complete(92, "Software Version", "1.1", "tells its own"),
  complete(114, "Jabber Component Protocol", "1.6", "the link to the server"),
  partial(115, "Entity Capabilities", "1.6.0", "a room's presence says what it can do; others' aren't read"),
  partial(122, "Data Forms Validation", "1.0.2", "lists that take other values than those shown"),
  complete(128, "Service Discovery Extensions", "1.0.1", "what a room says of itself"),
  partial(133, "Service Administration", "1.2", "announcing something in all rooms"),
  partial(153, "vCard-Based Avatars", "1.1.1", "a room's or a bot's presence says which picture it has"),
  complete(157, "Contact Addresses for XMPP Services", "1.1.1", "whom users write to about the service"),
  partial(172, "User Nickname", "1.1", "senders' names in messages that programs send"),
  complete(199, "XMPP Ping", "2.0.1", "answers, and asks those in rooms after an interruption"),
  complete(202, "Entity Time", "2.0", "tells the time; doctor compares the server's"),
  complete(203, "Delayed Delivery", "2.0", "in rooms' histories, and on what waited long"),
  complete(249, "Direct MUC Invitations", "1.2", "invites from the inviter's own address"),
  partial(280, "Message Carbons", "1.0.1", "gives a sender's own sessions copies of what programs send"),
  complete(297, "Stanza Forwarding", "1.0", "in copies and archives"),
  partial(
    308,
    "Last Message Correction",
    "1.2.1",
    "rooms' archives keep corrections; what is resolved corrects its alert",
  ),
  complete(313, "Message Archive Management", "1.1.3", "rooms' archives"),
  partial(317, "Hats", "0.3.1", "in rooms, as the operator gives them"),
  partial(334, "Message Processing Hints", "1.0.0", "obeys and gives hints not to store"),
  partial(
    356,
    "Privileged Entity",
    "0.4.1",
    "messages in users' names, and requests for vCards, by their host's permission",
  ),
  complete(359, "Unique and Stable Stanza IDs", "0.7.0", "by rooms, on every message"),
  partial(393, "Message Styling", "1.1.1", "what hooks say in bold, or as a quote"),
  complete(410, "MUC Self-Ping", "1.1.0", "answered by the room"),
  complete(
    421,
    "Occupant identifiers for semi-anonymous MUCs",
    "1.0.1",
    "on every presence and message of a room",
  ),
  complete(424, "Message Retraction", "0.4.2", "in rooms: the archive keeps a tombstone"),
  complete(425, "Moderated Message Retraction", "0.3.0", "also in the form of version 0.2"),
  complete(431, "Full Text Search in MAM", "0.2.0", "in rooms' archives, Chinese included"),
  complete(437, "Room Activity Indicators", "0.2.0", "tells members of rooms that they are not in"),
  partial(444, "Message Reactions", "0.2.1", "rooms' archives keep reactions"),
  complete(453, "DOAP usage in XMPP", "0.1.2", "this list as a file"),
  complete(486, "MUC Avatars", "0.1.0", "owners give rooms pictures"),
];

export const xepName = ({ number }: Xep): string => `XEP-${String(number).padStart(4, "0")}`;
export const xepUrl = (xep: Xep): string => `https://xmpp.org/extensions/${xepName(xep).toLowerCase()}.html`;
export const rfcUrl = ({ number }: Rfc): string => `https://www.rfc-editor.org/rfc/rfc${number}.html`;
