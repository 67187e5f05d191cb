/** Who acts in a room, inside or not, and with which rights. */
import type { BareJid, Jid } from "../../address.js";
import { isAtLeast, roleIsAtLeast, type Affiliation, type Role } from "../room/affiliation.js";
import type { RoomView } from "../room/room-view.js";

export interface Actor {
  readonly account: BareJid;
  readonly affiliation: Affiliation;
  /** Their nickname, where they are inside. */
  readonly nick: string | undefined;
  /** None outside. */
  readonly role: Role;
}

/** As whom others are told that somebody acted; the service itself acts as nobody. */
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

/** Whether somebody has a moderator's rights. */
export function isModerator({ affiliation, role }: Actor): boolean {
  return roleIsAtLeast(role, "moderator") || isAtLeast(affiliation, "admin");
}
