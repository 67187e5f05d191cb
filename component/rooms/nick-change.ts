/** Taking another nickname (XEP-0045 §7.6): the old one leaves with 303, the new one comes; the role stays. */
import type { Element } from "../xml/builder.js";
import { failure } from "./failure.js";
import { isBroadcast, shapeOf, tellOthers, tellOwn } from "./fan-out.js";
import type { Nick } from "./nick.js";
import type { Occupant } from "./occupant.js";
import type { Room } from "./room.js";
import type { Turn } from "./turn.js";

/**
 * @param presence the children of the presence that asked for it, as XML
 * @throws StanzaError conflict where it is another's, or another of one's own
 */
export function changeNick(
  turn: Turn,
  room: Room,
  occupant: Occupant,
  session: string,
  nick: Nick,
  presence: string,
  stanza: Element,
): void {
  const holder = room.occupants.get(nick.key);
  const isTaken = holder !== undefined && holder !== occupant;
  if (isTaken || !room.isFree(nick, occupant.account)) {
    throw failure(room.jid, "cancel", "conflict", "This nickname is in use or reserved.");
  }
  const { affiliation, role } = occupant;
  const left = {
    type: "unavailable",
    children: [],
    affiliation,
    role,
    newNick: nick.text,
    codes: [303],
  } as const;
  const isTold = isBroadcast(room, role);
  tellOwn(turn, occupant, left);
  if (isTold) tellOthers(turn, room, occupant, left);
  room.rename(turn, occupant, nick);
  room.setPresence(turn, occupant, session, presence);
  tellOwn(turn, occupant, { ...shapeOf(occupant), id: stanza.attrs.id });
  if (isTold) tellOthers(turn, room, occupant, shapeOf(occupant));
}
