/** Whether the service's list shows a room (XEP-0045 §4.2). */
import type { RoomView } from "../room/room-view.js";
import type { Feature } from "./feature.js";

/** Whether everyone may know the room's existence and name. */
export function isPublic({ options }: Pick<RoomView, "options">): boolean {
  return options.public;
}

/** Whether the list shows the room: only after it is configured. */
export function isListed(room: Pick<RoomView, "options" | "isLocked">): boolean {
  return isPublic(room) && !room.isLocked;
}

export const publicList: Feature = {
  disco: (room) => [isPublic(room) ? "muc_public" : "muc_hidden"],
};
