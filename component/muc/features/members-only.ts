/**
 * Members-only rooms (XEP-0045 §7.2.6). Occupants who aren't members are removed: with status code 321 if they lose the
 * membership, 322 if the option is set. Invited users become members, and new members are invited (§9.5).
 */
import { isAccount } from "../../address.js";
import { isAtLeast } from "../room/affiliation.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/replies.js";
import type { Feature } from "./feature.js";

/** Whether only members, administrators and owners may enter. */
export function isForMembers({ options }: RoomView): boolean {
  return options.membersOnly;
}

export const membersOnly: Feature = {
  disco: ({ options }) => [options.membersOnly ? "muc_membersonly" : "muc_open"],
  refuseEntry: ({ room, affiliation }) =>
    room.options.membersOnly && !isAtLeast(affiliation, "member")
      ? roomError(room.jid, "registration-required", "Only members may enter this room.")
      : undefined,
  refuseSpeech: (room, { affiliation }) =>
    room.options.membersOnly && !isAtLeast(affiliation, "member")
      ? roomError(room.jid, "forbidden", "Only members may speak in this room.")
      : undefined,
  mayRead: ({ options }, { belongs }) => !options.membersOnly || belongs,
  onInvite: (room, invited) => {
    if (!room.options.membersOnly) return [];
    return invited.filter(isAccount).map((jid) => ({ jid, affiliation: "member" }));
  },
  invitedBy: (room, changes) => {
    if (!room.options.membersOnly) return [];
    const added = changes.filter(
      ({ jid, affiliation }) =>
        isAtLeast(affiliation, "member") &&
        !isAtLeast(room.affiliations.get(jid.text)?.affiliation ?? "none", "member") &&
        !room.isInside(jid),
    );
    return added.map(({ jid }) => jid);
  },
  onAffiliation: ({ options }, affiliation) =>
    options.membersOnly && !isAtLeast(affiliation, "member") ? 321 : undefined,
  onConfigure: ({ options }, before, { affiliation }) =>
    options.membersOnly && !before.membersOnly && !isAtLeast(affiliation, "member") ? 322 : undefined,
};
