/** Whether a room is shown in the service's list (XEP-0045 §4.2). */
import type { Feature } from "./feature.js";
import { booleanField } from "./fields.js";

export const publicList: Feature = {
  fields: () => [booleanField("public", "muc#roomconfig_publicroom", "The room is in the public list")],
  discoFeatures: ({ options }) => [options.public ? "muc_public" : "muc_hidden"],
};
