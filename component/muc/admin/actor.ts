import { isFull, Jid, type BareJid } from "../../addresses/address.js";
import {
  isAtLeast,
  roleIsAtLeast,
  compareAffiliations,
  type Affiliation,
  type AffiliationChange,
  type Role,
} from "../room/affiliation.js";
import type { Occupant } from "../room/occupants.js";
import type { Room } from "../room/room.js";
import type { StanzaError } from "../../inbound/stanza-error.js";
import type { RoomScope } from "../context.js";

/** A user who acts in a room, as an occupant or from outside. */
export interface Actor {
  readonly account: BareJid;
  readonly affiliation: Affiliation;
  readonly nick: string | undefined;
  readonly role: Role;
}

/** The actor as shown to occupants; empty if the component itself acts. */
export type By = Partial<Pick<Actor, "account" | "nick">>;

export function actorOf(room: Room, from: Jid): Actor {
  const occupant = room.sessions.get(from.text) ?? room.occupantsOf(from.bare)[0];
  return {
    account: from.bare,
    affiliation: room.affiliationOf(from),
    nick: occupant?.nick.text,
    role: occupant?.role ?? "none",
  };
}

/** Returns the occupant to which a session belongs. @throws StanzaError not-acceptable if there is none */
export function senderIn(room: Room, from: Jid): Occupant {
  const occupant = isFull(from) ? room.sessions.get(from.text) : undefined;
  if (occupant === undefined) throw room.error("not-acceptable", "You are not in this room.");
  return occupant;
}

export function isModerator({ affiliation, role }: Pick<Actor, "affiliation" | "role">): boolean {
  return roleIsAtLeast(role, "moderator") || isAtLeast(affiliation, "admin");
}

function refuseChange(
  room: Room,
  actor: Pick<Actor, "account" | "affiliation">,
  change: AffiliationChange,
): StanzaError | undefined {
  const { jid, affiliation } = change;
  const { affiliation: current = "none", nick: reserved = "" } = room.affiliations.get(jid.text) ?? {};
  if (!isAtLeast(actor.affiliation, "admin")) {
    return room.error("forbidden", "Only administrators may change affiliations.");
  }
  if (affiliation === "outcast" && jid.equals(actor.account)) {
    return room.error("conflict", "You can't ban yourself.");
  }
  if (affiliation === "outcast" && room.isServiceAdmin(jid)) {
    return room.error("not-allowed", `${jid.text} is a service administrator.`);
  }
  const isRenamed = change.nick !== undefined && change.nick !== reserved;
  if (isRenamed && !jid.equals(actor.account) && compareAffiliations(current, actor.affiliation) >= 0) {
    return room.error("not-allowed", `Only ${jid.text} may change their nickname.`);
  }
  if (actor.affiliation === "owner" || current === affiliation) return undefined;
  if (isAtLeast(current, "admin")) {
    return room.error("not-allowed", `${jid.text} has at least your affiliation.`);
  }
  return isAtLeast(affiliation, "admin")
    ? room.error("forbidden", "Only owners may appoint administrators and owners.")
    : undefined;
}

/** Returns the error if the changes leave the room without an owner. An account's last change counts. */
function refuseOrphaning(room: Room, changes: readonly AffiliationChange[]): StanzaError | undefined {
  const wanted = new Map(changes.map(({ jid, affiliation }) => [jid.text, affiliation]));
  let owners = room.affiliations.owners;
  for (const [jid, affiliation] of wanted) {
    if (room.affiliations.get(jid)?.affiliation === "owner") owners -= 1;
    if (affiliation === "owner") owners += 1;
  }
  return owners > 0 ? undefined : room.error("conflict", "The room would have no owner left.");
}

/**
 * Returns the error if the actor may not make one of the changes, or if the room would have no owner, itself among
 * its people or too many affiliations. @param actor undefined if the actor's rights are checked elsewhere
 */
export function refuseChanges(
  scope: RoomScope,
  actor: Pick<Actor, "account" | "affiliation"> | undefined,
  changes: readonly AffiliationChange[],
): StanzaError | undefined {
  const { room } = scope;
  if (changes.length === 0) return undefined;
  const refused = changes.map((each) => actor && refuseChange(room, actor, each)).find((error) => error);
  return refused ?? refuseOrphaning(room, changes) ?? refuseAdded(scope, changes);
}

/** Returns the error if the changes add the room itself, or more affiliations than rooms.max_members. */
export function refuseAdded(
  { context, room }: RoomScope,
  changes: readonly AffiliationChange[],
): StanzaError | undefined {
  const added = changes.filter(
    ({ jid, affiliation }) => affiliation !== "none" && !room.affiliations.get(jid.text),
  );
  // It would be invited, which nobody answers, and shown among the people.
  if (added.some(({ jid }) => jid.equals(room.jid)))
    return room.error("not-acceptable", `${room.jid.text} is the room itself: give a user's address.`);
  const { max_members } = context.config;
  return added.length > 0 && room.affiliations.size + added.length > max_members
    ? room.error("resource-constraint", `A room may have at most ${max_members} affiliations.`)
    : undefined;
}

export interface RoleChange {
  readonly occupant: Occupant;
  /** The new role; "none" kicks the occupant. */
  readonly role: Role;
  readonly reason: string | undefined;
}

export function refuseRole(
  room: Room,
  actor: Actor,
  { occupant, role }: RoleChange,
): StanzaError | undefined {
  if (!isModerator(actor)) return room.error("forbidden", "Only moderators may change roles.");
  if (occupant.role === role || (role === "none" && occupant.account.equals(actor.account))) return undefined;
  if (compareAffiliations(occupant.affiliation, actor.affiliation) > 0) {
    return room.error("not-allowed", `${occupant.nick.text} has a higher affiliation than you.`);
  }
  if (room.isServiceAdmin(occupant.account)) {
    return room.error("not-allowed", `${occupant.nick.text} is a service administrator.`);
  }
  if (role === "none") return undefined;
  if (isAtLeast(occupant.affiliation, "admin")) {
    return room.error("not-allowed", "Owners and administrators are always moderators.");
  }
  const concernsModerators = role === "moderator" || occupant.role === "moderator";
  return concernsModerators && !isAtLeast(actor.affiliation, "admin")
    ? room.error("forbidden", "Only administrators may appoint or dismiss moderators.")
    : undefined;
}

/** Parses the address whose affiliation changes. Only bans of a domain can change. @throws StanzaError jid-malformed */
export function affiliatedAccountOf(room: Room, text: string, affiliation: Affiliation): BareJid {
  const jid = Jid.parse(text)?.bare;
  const isDomain = jid?.local === undefined && affiliation !== "outcast" && affiliation !== "none";
  if (jid === undefined || isDomain)
    throw room.error("jid-malformed", `${text} is not an account's address.`);
  return jid;
}
