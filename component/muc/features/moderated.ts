/** Rooms where newcomers have no voice (XEP-0045 §5.1.2), and what it means to have none: one may not speak. */
import { isAtLeast, roleIsAtLeast } from "../room/affiliation.js";
import type { Feature } from "./feature.js";
import { booleanField } from "./fields.js";

export const moderated: Feature = {
  fields: () => [
    booleanField("moderated", "muc#roomconfig_moderatedroom", "Only those who were given voice may speak"),
  ],
  disco: ({ options }) => [options.moderated ? "muc_moderated" : "muc_unmoderated"],
  defaultRole: ({ options }, affiliation) =>
    options.moderated && affiliation === "none" ? "visitor" : undefined,
  maySpeak: ({ options }, { affiliation, occupant }) =>
    occupant === undefined
      ? !options.moderated || isAtLeast(affiliation, "member")
      : roleIsAtLeast(occupant.role, "participant"),
};
