/** Whose presence is told to the others (XEP-0045 §15.5.3, muc#roomconfig_presencebroadcast). */
import type { Role } from "../room/affiliation.js";
import type { RoomView } from "../room/room-view.js";
import type { Feature } from "./feature.js";
import { rolesField } from "./fields.js";

/** Whether others are told of occupants of this role. */
export function isBroadcast(room: RoomView, role: Role): boolean {
  return room.options.presenceBroadcast.includes(role);
}

const NAME = "muc#roomconfig_presencebroadcast";

export const presenceBroadcast: Feature = {
  fields: () => [rolesField("presenceBroadcast", NAME, "Whose presence the others are told of")],
};
