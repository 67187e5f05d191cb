/** Rooms that only members enter (XEP-0045 §7.2.6). */
import type { JoinCheck } from "./entering.js";
import { isAtLeast } from "./affiliation.js";
import { failure } from "./failure.js";
import type { Feature } from "./feature.js";
import { booleanField } from "./fields.js";

export const membersEnter: JoinCheck = {
  name: "members only",
  refuse: ({ room, affiliation }) =>
    room.options.membersOnly && !isAtLeast(affiliation, "member")
      ? failure(room.jid, "auth", "registration-required", "Only members may enter.")
      : undefined,
};

export const membersOnly: Feature = {
  fields: () => [booleanField("membersOnly", "muc#roomconfig_membersonly", "Only members may enter")],
  discoFeatures: ({ options }) => [options.membersOnly ? "muc_membersonly" : "muc_open"],
};
