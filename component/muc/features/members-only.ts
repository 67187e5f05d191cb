/** Rooms that only members enter (XEP-0045 §7.2.6). */
import type { EntryCheck } from "../occupancy/entry-check.js";
import { isAtLeast } from "../room/affiliation.js";
import { roomError } from "../wire/errors.js";
import type { Feature } from "./feature.js";
import { booleanField } from "./fields.js";

export const membersEnter: EntryCheck = {
  name: "members only",
  refuse: ({ room, affiliation }) =>
    room.options.membersOnly && !isAtLeast(affiliation, "member")
      ? roomError(room.jid, "auth", "registration-required", "Only members may enter.")
      : undefined,
};

export const membersOnly: Feature = {
  fields: () => [booleanField("membersOnly", "muc#roomconfig_membersonly", "Only members may enter")],
  discoFeatures: ({ options }) => [options.membersOnly ? "muc_membersonly" : "muc_open"],
};
