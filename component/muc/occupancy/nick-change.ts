/** Taking another nickname (XEP-0045 §7.6): the old one leaves with 303, the new one comes; the role stays. */
import type { Element } from "../../xml/builder.js";
import { roomError } from "../wire/errors.js";
import { isBroadcast, shapeOf, tellOthers, tellOwn } from "../wire/fan-out.js";
import type { Nick } from "../room/nick.js";
import type { Occupant } from "../room/occupant.js";
import type { Room } from "../room/room.js";
import type { Transaction } from "../transaction.js";

/**
 * @param presence the children of the presence that asked for it, as XML
 * @throws StanzaError conflict where it is another's, or another of one's own
 */
export function changeNick(
  transaction: Transaction,
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
    throw roomError(room.jid, "cancel", "conflict", "This nickname is in use or reserved.");
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
  tellOwn(transaction, occupant, left);
  if (isTold) tellOthers(transaction, room, occupant, left);
  room.rename(transaction, occupant, nick);
  room.setPresence(transaction, occupant, session, presence);
  tellOwn(transaction, occupant, { ...shapeOf(occupant), id: stanza.attrs.id });
  if (isTold) tellOthers(transaction, room, occupant, shapeOf(occupant));
}
