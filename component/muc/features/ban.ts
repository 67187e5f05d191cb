/** Bans (XEP-0045 §7.2.7): outcasts can't enter, see details or be invited. Occupants who become outcasts leave. */
import type { Jid } from "../../address.js";
import type { StanzaError } from "../../stanza-error.js";
import type { Affiliation } from "../room/affiliation.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/replies.js";
import type { Feature } from "./feature.js";

export function isBanned(room: RoomView, jid: Jid): boolean {
  return room.affiliationOf(jid) === "outcast";
}

function refuseOutcast({ jid }: RoomView, affiliation: Affiliation): StanzaError | undefined {
  return affiliation === "outcast"
    ? roomError(jid, "forbidden", "You are banned from this room.")
    : undefined;
}

export const ban: Feature = {
  refuseEntry: ({ room, affiliation }) => refuseOutcast(room, affiliation),
  refuseSpeech: (room, { affiliation }) => refuseOutcast(room, affiliation),
  mayRead: (_room, { affiliation }) => affiliation !== "outcast",
  refuseInvited: (room, jid) =>
    isBanned(room, jid)
      ? roomError(room.jid, "not-allowed", `${jid.bare.text} is banned from this room.`)
      : undefined,
  onAffiliation: (_room, affiliation) => (affiliation === "outcast" ? 301 : undefined),
};
