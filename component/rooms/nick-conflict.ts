/** A nickname belongs to whoever is inside with it, and to whom it is reserved for (XEP-0045 §7.2.8). */
import type { JoinCheck } from "./entering.js";
import { failure } from "./failure.js";

export const nickFree: JoinCheck = {
  name: "conflict",
  refuse: ({ room, nick, from }) =>
    room.isFree(nick, from.bare)
      ? undefined
      : failure(room.jid, "cancel", "conflict", "This nickname is in use or reserved."),
};
