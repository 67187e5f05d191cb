/** Leaving a room (XEP-0045 §7.14), by oneself or by others' doing. */
import type { Element } from "../xml/builder.js";
import { isAtLeast, type Affiliation } from "./affiliation.js";
import type { RoomContext } from "./context.js";
import { isBroadcast, tellOthers, tellOwn, tellPresence, tellSession } from "./fan-out.js";
import type { Occupant } from "./occupant.js";
import { isOver } from "./persistence.js";
import type { Cause, Shape } from "./presence-stanza.js";
import type { Room } from "./room.js";
import type { Turn } from "./turn.js";

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
  turn: Turn,
  room: Room,
  session: string,
  leaving: Leaving = {},
): void {
  const occupant = room.sessions.get(session);
  if (occupant === undefined) return;
  if (occupant.sessions.size > 1) {
    const { presence } = occupant;
    tellSession(turn, occupant, session, goneShape(occupant, leaving));
    room.leave(turn, session);
    if (occupant.presence !== presence) tellPresence(turn, room, occupant);
    return;
  }
  tellGone(turn, room, occupant, leaving);
  room.leave(turn, session);
  endIfOver(context, turn, room);
}

/** Takes an occupant out, with all their sessions; nothing that is said invites them back. */
export function expel(
  context: RoomContext,
  turn: Turn,
  room: Room,
  occupant: Occupant,
  leaving: Leaving,
): void {
  tellGone(turn, room, occupant, leaving);
  for (const session of [...occupant.sessions.keys()]) room.leave(turn, session);
  if (isAtLeast(occupant.affiliation, "member")) room.stopInviting(turn, [occupant.account.text]);
  endIfOver(context, turn, room);
}

/** A temporary room that nobody is in goes. */
export function endIfOver(context: RoomContext, turn: Turn, room: Room): void {
  if (!room.isGone && isOver(room)) context.rooms.remove(turn, room);
}

/** Themselves first, then the others. */
function tellGone(turn: Turn, room: Room, occupant: Occupant, leaving: Leaving): void {
  const shape = goneShape(occupant, leaving);
  tellOwn(turn, occupant, shape);
  if (isBroadcast(room, occupant.role)) tellOthers(turn, room, occupant, shape);
}

function goneShape(occupant: Occupant, leaving: Leaving): Shape {
  const { children = [], affiliation = occupant.affiliation, ...rest } = leaving;
  return { type: "unavailable", role: "none", children, affiliation, ...rest };
}
