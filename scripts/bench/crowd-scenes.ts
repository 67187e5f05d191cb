/** What happens in the crowded room: scenes, and the stanzas of its occupants, who are addresses of a plain component. */
import type { Socket } from "node:net";
import { TEXT } from "./message.js";

export const CROWD = "crowd.test";
const MUC_NS = "http://jabber.org/protocol/muc";
/** How many messages the scenes of a speaker and of a program have. */
const MESSAGES = 100;

export interface People {
  readonly crowd: Socket;
  /** The clients of the two people who talk elsewhere. */
  readonly talkers: readonly [Socket, Socket];
  /** The room where they talk. */
  readonly elsewhere: string;
  /** The crowded room. */
  readonly room: string;
}

export interface Scene {
  readonly name: string;
  /** Returns what the occupants send. */
  readonly stanzas: (room: string, occupants: number) => string;
  /** How many messages a program posts to our room at once. In the server's room, an occupant says them. */
  readonly posts?: number;
  /** Whether the server restarts first, so that everybody has to enter again. */
  readonly isAfterRestart?: boolean;
  /** Returns how many occupants are inside afterwards; absent: all. */
  readonly left?: (occupants: number) => number;
}

const everybody = (room: string, occupants: number): string =>
  each(occupants - 1, (n) => enters(room, n + 1));
const third = (occupants: number): number => Math.floor(occupants / 3);

export const SCENES: readonly Scene[] = [
  { name: "enter", stanzas: everybody },
  { name: "are hidden", stanzas: (room) => configures(room, "presencebroadcast", ["moderator"]) },
  {
    name: "are shown",
    stanzas: (room) => configures(room, "presencebroadcast", ["moderator", "participant", "visitor"]),
  },
  { name: "get 400 presences", stanzas: (room) => each(400, (n) => appears(room, n)) },
  { name: "get 100 messages", stanzas: (room) => each(MESSAGES, () => says(room, TEXT)) },
  { name: "get 100 messages of a program", stanzas: () => "", posts: MESSAGES },
  { name: "are back after a restart", stanzas: everybody, isAfterRestart: true },
  {
    name: "lose a third, kicked at once",
    stanzas: (room, occupants) => kicks(room, third(occupants)),
    left: (occupants) => occupants - third(occupants),
  },
  { name: "are removed", stanzas: (room) => configures(room, "membersonly", ["1"]), left: () => 1 },
];

export const member = (n: number): string => `user-${n}@${CROWD}/desk`;

export function each(count: number, stanza: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => stanza(n)).join("");
}

/** @param from the attribute with the sender, which a client's stanza doesn't need */
export function enters(room: string, n: number, from = fromMember(n)): string {
  return `<presence${from} to='${room}/nick-${n}'><x xmlns='${MUC_NS}'><history maxstanzas='0'/></x></presence>`;
}

export function says(room: string, text: string): string {
  return `<message${fromMember(0)} to='${room}' type='groupchat'><body>${text}</body></message>`;
}

/** Returns a request of the room's owner that sets one field of the configuration. Its id is "asked". */
export function configures(
  room: string,
  field: string,
  values: readonly string[],
  from = fromMember(0),
): string {
  const type = `<field var='FORM_TYPE'><value>${MUC_NS}#roomconfig</value></field>`;
  const texts = values.map((value) => `<value>${value}</value>`).join("");
  const form = `<x xmlns='jabber:x:data' type='submit'>${type}<field var='muc#roomconfig_${field}'>${texts}</field></x>`;
  return asks(room, `<query xmlns='${MUC_NS}#owner'>${form}</query>`, from);
}

/** Returns a request of the room's owner that kicks the occupants from the second on. */
function kicks(room: string, count: number): string {
  const items = each(count, (n) => `<item nick='nick-${n + 1}' role='none'/>`);
  return asks(room, `<query xmlns='${MUC_NS}#admin'>${items}</query>`, fromMember(0));
}

function asks(room: string, query: string, from: string): string {
  return `<iq${from} to='${room}' type='set' id='asked'>${query}</iq>`;
}

function appears(room: string, n: number): string {
  return `<presence${fromMember(1)} to='${room}/nick-1'><status>${n}</status></presence>`;
}

function fromMember(n: number): string {
  return ` from='${member(n)}'`;
}
