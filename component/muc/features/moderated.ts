/** Rooms where newcomers have no voice (XEP-0045 §5.1.2). */
import type { Feature } from "./feature.js";
import { booleanField } from "./fields.js";

export const moderated: Feature = {
  fields: () => [
    booleanField("moderated", "muc#roomconfig_moderatedroom", "Only those who were given voice may speak"),
  ],
  discoFeatures: ({ options }) => [options.moderated ? "muc_moderated" : "muc_unmoderated"],
};
