/** Whether a room stays when everybody has left (XEP-0045 §4.2). */
import type { Feature } from "./feature.js";
import { booleanField } from "./fields.js";
import type { Room } from "../room/room.js";

/** Whether nothing keeps the room any more. */
export function isAbandoned(room: Room): boolean {
  return room.occupants.size === 0 && (!room.options.persistent || room.isLocked);
}

export const persistence: Feature = {
  fields: () => [
    booleanField("persistent", "muc#roomconfig_persistentroom", "The room stays when everybody has left"),
  ],
  discoFeatures: ({ options }) => [options.persistent ? "muc_persistent" : "muc_temporary"],
};
