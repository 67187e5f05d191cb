/** A nickname belongs to whoever is inside with it, and to whom it is reserved for (XEP-0045 §7.2.8). */
import type { EntryCheck } from "../occupancy/entry-check.js";
import { roomError } from "../wire/errors.js";

export const nickFree: EntryCheck = {
  name: "conflict",
  refuse: ({ room, nick, from }) =>
    room.isFree(nick, from.bare)
      ? undefined
      : roomError(room.jid, "cancel", "conflict", "This nickname is in use or reserved."),
};
