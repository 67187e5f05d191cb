/** Refuses nicknames that other accounts use or have reserved (XEP-0045 §7.2.8). */
import type { BareJid } from "../../address.js";
import type { Nick } from "../../nick.js";
import type { StanzaError } from "../../stanza-error.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/replies.js";
import type { Feature } from "./feature.js";

/** Returns the error if an account may not use a nickname. */
export function refuseNick(room: RoomView, nick: Nick, account: BareJid): StanzaError | undefined {
  return room.isFree(nick, account) ? undefined : nickConflict(room);
}

/** Makes the error for a nickname that another account uses or has reserved. */
export function nickConflict(room: RoomView): StanzaError {
  return roomError(room.jid, "conflict", "This nickname is in use or reserved.");
}

export const nicknames: Feature = {
  refuseEntry: ({ room, nick, from }) => refuseNick(room, nick, from.bare),
};
