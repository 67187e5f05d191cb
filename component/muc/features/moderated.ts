/** Moderated rooms (XEP-0045 §5.1.2): newcomers who aren't members have no voice. */
import { isAtLeast, roleIsAtLeast } from "../room/affiliation.js";
import { roomError } from "../wire/replies.js";
import type { Feature } from "./feature.js";

export const moderated: Feature = {
  disco: ({ options }) => [options.moderated ? "muc_moderated" : "muc_unmoderated"],
  defaultRole: ({ options }, affiliation) =>
    options.moderated && affiliation === "none" ? "visitor" : undefined,
  refuseSpeech: ({ jid, options }, { affiliation, occupant }) => {
    const hasVoice =
      occupant === undefined
        ? !options.moderated || isAtLeast(affiliation, "member")
        : roleIsAtLeast(occupant.role, "participant");
    return hasVoice ? undefined : roomError(jid, "forbidden", "Visitors have no voice in this room.");
  },
};
