/** What happens in the crowded room. */
import { TEXT } from "./message.js";
import { configures, CROWD, each, enters, fromMember, kicks, says } from "./rooms.js";

export interface Scene {
  readonly name: string;
  /** Returns what is sent before a last message with the mark. */
  readonly stanzas: (room: string, occupants: number, mark: string) => string;
  /** How often the mark arrives; absent: once for each occupant. */
  readonly marks?: (occupants: number) => number;
  /** How many messages a program posts to our room at once. In the server's room, an occupant says them. */
  readonly posts?: number;
  /** Whether the server restarts first, so that everybody has to enter again. */
  readonly isAfterRestart?: boolean;
}

const MESSAGES = 100;

const everybody = (room: string, occupants: number): string =>
  each(occupants - 1, (n) => enters(room, n + 1));
const third = (occupants: number): number => Math.floor(occupants / 3);
const shows = (...roles: readonly string[]) => {
  return (room: string): string => configures(room, "presencebroadcast", roles);
};

const ENTER: Scene = { name: "enter", stanzas: everybody };
const MESSAGES_OF_ALL: readonly Scene[] = [
  { name: `get ${MESSAGES} messages`, stanzas: (room) => each(MESSAGES, () => says(room, TEXT)) },
  { name: `get ${MESSAGES} messages of a program`, stanzas: () => "", posts: MESSAGES },
];

export const SCENES: readonly Scene[] = [
  ENTER,
  { name: "are hidden", stanzas: shows("moderator") },
  { name: "are shown", stanzas: shows("moderator", "participant", "visitor") },
  {
    name: "get 400 presences",
    stanzas: (room) =>
      each(400, (n) => `<presence${fromMember(1)} to='${room}/nick-1'><status>${n}</status></presence>`),
  },
  ...MESSAGES_OF_ALL,
  { name: "are back after a restart", stanzas: everybody, isAfterRestart: true },
  {
    name: "lose a third, kicked at once",
    stanzas: (room, occupants) => kicks(room, third(occupants)),
    marks: (occupants) => occupants - third(occupants),
  },
  { name: "are removed", stanzas: (room) => configures(room, "membersonly", ["1"]), marks: () => 1 },
];

/** What a larger crowd does, in our room alone: Prosody's own rooms need many minutes for it. */
export const LARGER: readonly Scene[] = [ENTER, ...MESSAGES_OF_ALL];

const MAM = "urn:xmpp:mam:2";
const READERS = 24;
const ROUNDS = 5;
const ARCHIVED = TEXT.repeat(5);

const field = (name: string, value: string): string => `<field var='${name}'><value>${value}</value></field>`;
const page = (search = ""): string =>
  `<query xmlns='${MAM}'>${search}<set xmlns='http://jabber.org/protocol/rsm'><max>250</max></set></query>`;
const search = (text: string): string =>
  page(`<x xmlns='jabber:x:data' type='submit'>${field("FORM_TYPE", MAM)}${field("withtext", text)}</x>`);
/** A search that finds all, large pages, a search without results, and lists. */
const REQUESTS = [
  ["set", search(ARCHIVED.slice(0, 20))],
  ["set", page()],
  ["set", search("nobody said this")],
  ["get", "<query xmlns='http://jabber.org/protocol/disco#items'/>"],
  ["get", "<vCard xmlns='vcard-temp'/>"],
] as const;

/** Fills a part of the archive. A user's stanzas that wait for the room are limited, so it is filled part by part. */
export const ARCHIVE: Scene = { name: "say", stanzas: (room) => each(250, () => says(room, ARCHIVED)) };

/** Accounts search and page through the archive of a room that they aren't in. The answers have the mark as their id. */
export const READ: Scene = {
  name: `${READERS} accounts read`,
  stanzas: (room, _, mark) =>
    each(READERS * ROUNDS, (n) =>
      REQUESTS.map(
        ([type, query]) =>
          `<iq from='reader-${n % READERS}@${CROWD}/desk' to='${room}' type='${type}' id='${mark}'>${query}</iq>`,
      ).join(""),
    ),
  marks: (occupants) => READERS * ROUNDS * REQUESTS.length + occupants,
};
