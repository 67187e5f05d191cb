/** Limits the number of occupants (XEP-0045 §7.2.9). Owners and administrators may enter a full room. */
import { StanzaError } from "../../stanza-error.js";
import { isAtLeast } from "../room/affiliation.js";
import type { Feature } from "./feature.js";

export const capacity: Feature = {
  refuseEntry: ({ room, affiliation, nick }) => {
    const isFull = room.occupants.size >= room.options.maxOccupants && !room.occupants.has(nick.key);
    return isFull && !isAtLeast(affiliation, "admin")
      ? new StanzaError("wait", "service-unavailable", "The room is full.", { by: room.jid.text })
      : undefined;
  },
  passingInfo: ({ occupants }) => [
    {
      name: "muc#roominfo_occupants",
      type: "text-single",
      label: "Number of occupants",
      values: [`${occupants.size}`],
    },
  ],
};
