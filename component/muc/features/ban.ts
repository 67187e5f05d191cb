/** Outcasts don't enter, see nothing, and aren't invited (XEP-0045 §7.2.7); who becomes one is put out (§9.1). */
import type { Jid } from "../../address.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/errors.js";
import type { Feature } from "./feature.js";

export function isBanned(room: RoomView, jid: Jid): boolean {
  return room.affiliationOf(jid) === "outcast";
}

export const ban: Feature = {
  refuseEntry: ({ room, affiliation }) =>
    affiliation === "outcast" ? roomError(room.jid, "auth", "forbidden", "You are banned here.") : undefined,
  maySpeak: (_room, { affiliation }) => affiliation !== "outcast",
  mayRead: (_room, { affiliation }) => affiliation !== "outcast",
  refuseInvited: (room, jid) =>
    isBanned(room, jid)
      ? roomError(room.jid, "cancel", "not-allowed", `${jid.bare.text} is banned here.`)
      : undefined,
  onAffiliation: (_room, affiliation) => (affiliation === "outcast" ? 301 : undefined),
};
