/** Persistent rooms, and temporary ones, which are deleted when all occupants have left (XEP-0045 §4.2). */
import type { RoomView } from "../room/room-view.js";
import type { Feature } from "./feature.js";

export function isPersistent({ options }: RoomView): boolean {
  return options.persistent;
}

/** Whether the room must be deleted: it has no occupants, and is temporary or was never configured. */
export function isAbandoned(room: RoomView): boolean {
  return room.occupants.size === 0 && (!isPersistent(room) || room.isLocked);
}

export const persistence: Feature = {
  disco: ({ options }) => [options.persistent ? "muc_persistent" : "muc_temporary"],
};
