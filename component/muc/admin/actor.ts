import { isFull, type BareJid, type Jid } from "../../addresses/address.js";
import { isAtLeast, roleIsAtLeast, type Affiliation, type Role } from "../room/affiliation.js";
import type { Occupant } from "../room/occupants.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/replies.js";

/** A user who acts in a room, as an occupant or from outside. */
export interface Actor {
  readonly account: BareJid;
  readonly affiliation: Affiliation;
  /** The nickname; undefined if the user isn't an occupant. */
  readonly nick: string | undefined;
  /** The role; "none" if the user isn't an occupant. */
  readonly role: Role;
}

/** The actor as shown to occupants; empty if the component itself acts. */
export type By = Partial<Pick<Actor, "account" | "nick">>;

/** Returns the user with this address as an actor in the room. */
export function actorOf(room: RoomView, from: Jid): Actor {
  const occupant = room.sessions.get(from.text) ?? room.occupantsOf(from.bare)[0];
  return {
    account: from.bare,
    affiliation: room.affiliationOf(from),
    nick: occupant?.nick.text,
    role: occupant?.role ?? "none",
  };
}

/** Returns the occupant to which a session belongs. @throws StanzaError not-acceptable if there is none */
export function senderIn(room: RoomView, from: Jid): Occupant {
  const occupant = isFull(from) ? room.sessions.get(from.text) : undefined;
  if (occupant === undefined) throw roomError(room.jid, "not-acceptable", "You are not in this room.");
  return occupant;
}

/** Whether the actor has a moderator's rights. */
export function isModerator({ affiliation, role }: Pick<Actor, "affiliation" | "role">): boolean {
  return roleIsAtLeast(role, "moderator") || isAtLeast(affiliation, "admin");
}
