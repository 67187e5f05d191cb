/** Public and hidden rooms (XEP-0045 §4.2). The public ones are in the component's list of rooms. */
import type { RoomView } from "../room/room-view.js";
import type { Feature } from "./feature.js";

/** Whether everyone may know that the room exists, and its name. */
export function isPublic({ options }: Pick<RoomView, "options">): boolean {
  return options.public;
}

/** Whether the list contains the room: it is public, and its owner has configured it. */
export function isListed(room: Pick<RoomView, "options" | "isLocked">): boolean {
  return isPublic(room) && !room.isLocked;
}

export const publicList: Feature = {
  disco: (room) => [isPublic(room) ? "muc_public" : "muc_hidden"],
};
