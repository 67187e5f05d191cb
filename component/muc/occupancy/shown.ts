/**
 * Whose presence is told to the others, where that changes for those inside (XEP-0045 §7.14, §15.5.3): they are told of
 * whoever is to be seen now, and that those are gone who aren't any more.
 */
import type { Told } from "../context.js";
import type { Occupant } from "../room/occupant.js";
import type { RoomView } from "../room/room-view.js";
import { shapeOf, tellHidden, tellOthers } from "../wire/fan-out.js";

/** The occupants whose presence the others are told of. */
export function shownIn(room: RoomView): ReadonlySet<Occupant> {
  return new Set([...room.occupants.values()].filter(({ role }) => room.isBroadcast(role)));
}

/** @param before whose presence was told before */
export function tellShown(told: Told, before: ReadonlySet<Occupant>): void {
  const { room } = told;
  for (const occupant of room.occupants.values()) {
    const isShown = room.isBroadcast(occupant.role);
    if (isShown === before.has(occupant)) continue;
    if (isShown) tellOthers(told, occupant, shapeOf(occupant));
    else tellHidden(told, occupant);
  }
}
