/** Whether a room is shown in the service's list (XEP-0045 §4.2). */
import type { RoomView } from "../room/room-view.js";
import type { Feature } from "./feature.js";

/** Whether everybody may know that there is such a room, and how it is called. */
export function isPublic({ options }: Pick<RoomView, "options">): boolean {
  return options.public;
}

/** Whether the list shows it: not before it is configured. */
export function isListed(room: Pick<RoomView, "options" | "isLocked">): boolean {
  return isPublic(room) && !room.isLocked;
}

export const publicList: Feature = {
  disco: (room) => [isPublic(room) ? "muc_public" : "muc_hidden"],
};
