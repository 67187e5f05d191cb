/** How a room is called in texts for people. */
import type { RoomView } from "./room-view.js";

/** Its name, or its address if it has none. */
export function nameOf({ jid, options: { name } }: RoomView): string {
  return name === "" ? jid.text : name;
}

/** Its name and its address. */
export function titleOf({ jid, options: { name } }: RoomView): string {
  return name === "" ? jid.text : `${name} (${jid.text})`;
}
