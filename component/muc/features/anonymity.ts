/** Whether all occupants see real addresses, or moderators alone (XEP-0045 §4.2). */
import type { Feature } from "./feature.js";
import { choiceField } from "./fields.js";

export const anonymity: Feature = {
  fields: () => [
    choiceField("whois", "muc#roomconfig_whois", "Who sees real addresses", {
      moderators: "Moderators",
      anyone: "Everybody inside",
    }),
  ],
  discoFeatures: ({ options }) => [options.whois === "anyone" ? "muc_nonanonymous" : "muc_semianonymous"],
};
