/** Whose presence is told to the others (XEP-0045 §15.5.3, muc#roomconfig_presencebroadcast). */
import { isRole, type Role } from "../room/affiliation.js";
import type { RoomView } from "../room/room-view.js";
import type { Feature } from "./feature.js";
import type { ConfigField } from "./fields.js";

/** Whether others are told of occupants of this role. */
export function isBroadcast(room: RoomView, role: Role): boolean {
  return room.options.presenceBroadcast.includes(role);
}

const NAME = "muc#roomconfig_presencebroadcast";
const CHOICES = [
  { value: "moderator", label: "Moderators" },
  { value: "participant", label: "Participants" },
  { value: "visitor", label: "Visitors" },
];

const field: ConfigField = {
  name: NAME,
  aliases: [],
  show: ({ presenceBroadcast }) => ({
    name: NAME,
    label: "Whose presence the others are told of",
    type: "list-multi",
    values: presenceBroadcast,
    choices: CHOICES,
  }),
  apply: (options, values) => {
    const roles = [...new Set(values)].filter(isRole).filter((role) => role !== "none");
    return roles.length === values.length ? { ...options, presenceBroadcast: roles } : undefined;
  },
};

export const presenceBroadcast: Feature = { fields: () => [field] };
