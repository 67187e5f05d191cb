/** The rules for changing affiliations (XEP-0045 §9, §10.3–10.8). */
import { Jid, type BareJid } from "../../addresses/address.js";
import type { StanzaError } from "../../inbound/stanza-error.js";
import type { RoomScope } from "../context.js";
import { compareAffiliations, isAtLeast, type Affiliation } from "../room/affiliation.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/replies.js";
import type { Actor } from "./actor.js";

/** A requested change of an affiliation. */
export interface AffiliationChange {
  /** The account that gets the affiliation, or the domain to ban or unban. */
  readonly jid: BareJid;
  readonly affiliation: Affiliation;
  /** The nickname to reserve; "" releases the reserved nickname, undefined keeps it. */
  readonly nick?: string | undefined;
  readonly reason?: string | undefined;
}

/** Returns the error if the actor may not make this change. */
export function refuseChange(
  room: RoomView,
  actor: Pick<Actor, "account" | "affiliation">,
  change: AffiliationChange,
): StanzaError | undefined {
  const { jid, affiliation } = change;
  const { affiliation: current = "none", nick: reserved = "" } = room.affiliations.get(jid.text) ?? {};
  if (!isAtLeast(actor.affiliation, "admin")) {
    return roomError(room.jid, "forbidden", "Only administrators may change affiliations.");
  }
  if (affiliation === "outcast" && jid.equals(actor.account)) {
    return roomError(room.jid, "conflict", "You can't ban yourself.");
  }
  if (affiliation === "outcast" && room.isServiceAdmin(jid)) {
    return roomError(room.jid, "not-allowed", `${jid.text} is a service administrator.`);
  }
  const isRenamed = change.nick !== undefined && change.nick !== reserved;
  if (isRenamed && !jid.equals(actor.account) && compareAffiliations(current, actor.affiliation) >= 0) {
    return roomError(room.jid, "not-allowed", `Only ${jid.text} may change their nickname.`);
  }
  if (actor.affiliation === "owner" || current === affiliation) return undefined;
  if (isAtLeast(current, "admin")) {
    return roomError(room.jid, "not-allowed", `${jid.text} has at least your affiliation.`);
  }
  return isAtLeast(affiliation, "admin")
    ? roomError(room.jid, "forbidden", "Only owners may appoint administrators and owners.")
    : undefined;
}

/** Returns the error if the changes leave the room without an owner. An account's last change counts. */
export function refuseOrphaning(
  room: RoomView,
  changes: readonly AffiliationChange[],
): StanzaError | undefined {
  const wanted = new Map(changes.map(({ jid, affiliation }) => [jid.text, affiliation]));
  let owners = room.affiliations.owners;
  for (const [jid, affiliation] of wanted) {
    if (room.affiliations.get(jid)?.affiliation === "owner") owners -= 1;
    if (affiliation === "owner") owners += 1;
  }
  return owners > 0 ? undefined : roomError(room.jid, "conflict", "The room would have no owner left.");
}

/** Returns the error if the changes give the room more affiliations than rooms.max_members. */
export function refuseCrowd(
  { context, room }: RoomScope,
  changes: readonly AffiliationChange[],
): StanzaError | undefined {
  const added = changes.filter(
    ({ jid, affiliation }) => affiliation !== "none" && !room.affiliations.get(jid.text),
  );
  const { max_members } = context.config;
  return added.length > 0 && room.affiliations.size + added.length > max_members
    ? roomError(room.jid, "resource-constraint", `A room may have at most ${max_members} affiliations.`)
    : undefined;
}

/** Parses the address whose affiliation changes. Only bans of a domain can change. @throws StanzaError jid-malformed */
export function accountOf(room: RoomView, text: string, affiliation: Affiliation): BareJid {
  const jid = Jid.parse(text)?.bare;
  const isDomain = jid?.local === undefined && affiliation !== "outcast" && affiliation !== "none";
  if (jid === undefined || isDomain)
    throw roomError(room.jid, "jid-malformed", `${text} is not an account's address.`);
  return jid;
}
