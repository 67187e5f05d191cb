/** A room made by entering it is locked until its maker has configured it (XEP-0045 §10.1.2). */
import { isAtLeast } from "../room/affiliation.js";
import { roomError } from "../wire/errors.js";
import type { Feature } from "./feature.js";

export const locking: Feature = {
  refuseEntry: ({ room, affiliation }) =>
    room.isLocked && affiliation !== "owner"
      ? roomError(room.jid, "cancel", "item-not-found", "The room is not configured yet.")
      : undefined,
  maySpeak: (room, { affiliation }) => !room.isLocked || isAtLeast(affiliation, "member"),
  mayRead: (room, { belongs }) => !room.isLocked || belongs,
};
