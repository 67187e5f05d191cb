/** Leaving a room (XEP-0045 §7.14), by oneself or by others' doing. */
import type { Element } from "../../xml/builder.js";
import { isAtLeast, type Affiliation } from "../room/affiliation.js";
import type { RoomContext } from "../context.js";
import { isBroadcast, tellOthers, tellOwn, tellPresence, tellSession } from "../wire/fan-out.js";
import type { Occupant } from "../room/occupant.js";
import { isAbandoned } from "../features/persistence.js";
import type { Cause, Shape } from "../wire/presence-stanza.js";
import type { Room } from "../room/room.js";
import type { Transaction } from "../transaction.js";

export interface Leaving {
  /** What they said on leaving. */
  readonly children?: readonly Element[];
  /** Status codes: 307 kicked, 301 banned, 321 no member any more, 322 members only now, 333 lost. */
  readonly codes?: readonly number[];
  readonly cause?: Cause | undefined;
  readonly affiliation?: Affiliation;
  /** <destroy/>. */
  readonly extra?: Element;
  readonly id?: string | undefined;
}

/**
 * Takes one session out: told to it alone where its occupant has others, unless it was its presence that was shown.
 */
export function leave(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  session: string,
  leaving: Leaving = {},
): void {
  const occupant = room.sessions.get(session);
  if (occupant === undefined) return;
  if (occupant.sessions.size > 1) {
    const { presence } = occupant;
    tellSession(transaction, occupant, session, goneShape(occupant, leaving));
    room.leave(transaction, session);
    if (occupant.presence !== presence) tellPresence(transaction, room, occupant);
    return;
  }
  tellGone(transaction, room, occupant, leaving);
  room.leave(transaction, session);
  removeIfAbandoned(context, transaction, room);
}

/** Takes an occupant out, with all their sessions; nothing that is said invites them back. */
export function expel(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  occupant: Occupant,
  leaving: Leaving,
): void {
  tellGone(transaction, room, occupant, leaving);
  for (const session of [...occupant.sessions.keys()]) room.leave(transaction, session);
  if (isAtLeast(occupant.affiliation, "member")) room.stopInviting(transaction, [occupant.account.text]);
  removeIfAbandoned(context, transaction, room);
}

/** A temporary room that nobody is in goes. */
export function removeIfAbandoned(context: RoomContext, transaction: Transaction, room: Room): void {
  if (!room.isGone && isAbandoned(room)) context.rooms.remove(transaction, room);
}

/** Themselves first, then the others. */
function tellGone(transaction: Transaction, room: Room, occupant: Occupant, leaving: Leaving): void {
  const shape = goneShape(occupant, leaving);
  tellOwn(transaction, occupant, shape);
  if (isBroadcast(room, occupant.role)) tellOthers(transaction, room, occupant, shape);
}

function goneShape(occupant: Occupant, leaving: Leaving): Shape {
  const { children = [], affiliation = occupant.affiliation, ...rest } = leaving;
  return { type: "unavailable", role: "none", children, affiliation, ...rest };
}
