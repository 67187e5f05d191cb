/** Locked rooms (XEP-0045 §10.1.2): a room created by entering is open to its creator only, until it is configured. */
import { isAtLeast } from "../room/affiliation.js";
import type { StanzaError } from "../../stanza-error.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/replies.js";
import type { Feature } from "./feature.js";

function refuseLocked({ jid, isLocked }: RoomView, isExempt: boolean): StanzaError | undefined {
  return isLocked && !isExempt
    ? roomError(jid, "item-not-found", "The owner has not configured this room yet.")
    : undefined;
}

export const locking: Feature = {
  refuseEntry: ({ room, affiliation }) => refuseLocked(room, affiliation === "owner"),
  refuseSpeech: (room, { affiliation }) => refuseLocked(room, isAtLeast(affiliation, "member")),
  mayRead: (room, { belongs }) => !room.isLocked || belongs,
};
