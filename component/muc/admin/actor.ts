/** The user who acts in a room, from inside or outside, and their rights. */
import { isFull, type BareJid, type Jid } from "../../address.js";
import { isAtLeast, roleIsAtLeast, type Affiliation, type Role } from "../room/affiliation.js";
import type { Occupant } from "../room/occupant.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/errors.js";

export interface Actor {
  readonly account: BareJid;
  readonly affiliation: Affiliation;
  /** Undefined outside. */
  readonly nick: string | undefined;
  /** "none" outside. */
  readonly role: Role;
}

/** The actor that others are shown; empty for the service itself. */
export type By = Partial<Pick<Actor, "account" | "nick">>;

export function actorOf(room: RoomView, from: Jid): Actor {
  const occupant = room.sessions.get(from.text) ?? room.occupantsOf(from.bare)[0];
  return {
    account: from.bare,
    affiliation: room.affiliationOf(from),
    nick: occupant?.nick.text,
    role: occupant?.role ?? "none",
  };
}

/** The occupant of a session. @throws StanzaError not-acceptable if the session isn't inside */
export function senderIn(room: RoomView, from: Jid): Occupant {
  const occupant = isFull(from) ? room.sessions.get(from.text) : undefined;
  if (occupant === undefined)
    throw roomError(room.jid, "modify", "not-acceptable", "You are not in this room.");
  return occupant;
}

/** Whether the actor has a moderator's rights. */
export function isModerator({ affiliation, role }: Pick<Actor, "affiliation" | "role">): boolean {
  return roleIsAtLeast(role, "moderator") || isAtLeast(affiliation, "admin");
}
