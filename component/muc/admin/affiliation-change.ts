/** Changes of what accounts are to a room (XEP-0045 §9, §10.3–10.8): who may make which. */
import type { BareJid } from "../../address.js";
import type { StanzaError } from "../../stanza-error.js";
import type { RoomContext } from "../context.js";
import { compareAffiliations, isAtLeast, type Affiliation } from "../room/affiliation.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/errors.js";
import type { Actor } from "./actor.js";

export interface AffiliationChange {
  /** An account; where it is banned or no longer, also a domain. */
  readonly jid: BareJid;
  readonly affiliation: Affiliation;
  /** A nickname to reserve for them; "" for none any more, undefined for what they have. */
  readonly nick?: string | undefined;
  readonly reason?: string | undefined;
}

/** Why somebody may not make a change. */
export function refuseChange(
  room: RoomView,
  actor: Pick<Actor, "account" | "affiliation">,
  change: AffiliationChange,
): StanzaError | undefined {
  const { jid, affiliation } = change;
  const { affiliation: current = "none", nick: reserved = "" } = room.affiliations.get(jid.text) ?? {};
  if (!isAtLeast(actor.affiliation, "admin")) {
    return roomError(room.jid, "auth", "forbidden", "Only administrators change affiliations.");
  }
  if (affiliation === "outcast" && jid.equals(actor.account)) {
    return roomError(room.jid, "cancel", "conflict", "Nobody can ban themselves.");
  }
  if (affiliation === "outcast" && room.isServiceAdmin(jid)) {
    return roomError(room.jid, "cancel", "not-allowed", `${jid.text} administers this service.`);
  }
  const isRenamed = change.nick !== undefined && change.nick !== reserved;
  if (isRenamed && !jid.equals(actor.account) && compareAffiliations(current, actor.affiliation) >= 0) {
    return roomError(room.jid, "cancel", "not-allowed", `${jid.text} reserves their own nickname.`);
  }
  if (actor.affiliation === "owner" || current === affiliation) return undefined;
  if (isAtLeast(current, "admin")) {
    return roomError(room.jid, "cancel", "not-allowed", `${jid.text} ranks as high as you, or higher.`);
  }
  return isAtLeast(affiliation, "admin")
    ? roomError(room.jid, "auth", "forbidden", "Only owners make administrators and owners.")
    : undefined;
}

/** Why changes may not be made: they leave the room without an owner. Of several for one account the last counts. */
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
  return owners > 0
    ? undefined
    : roomError(room.jid, "cancel", "conflict", "The room would have no owner left.");
}

/** Why so many more can't be added. */
export function refuseCrowd(
  { config }: Pick<RoomContext, "config">,
  room: RoomView,
  changes: readonly AffiliationChange[],
): StanzaError | undefined {
  const added = changes.filter(
    ({ jid, affiliation }) => affiliation !== "none" && !room.affiliations.get(jid.text),
  );
  const { max_members } = config;
  return added.length > 0 && room.affiliations.size + added.length > max_members
    ? roomError(room.jid, "wait", "resource-constraint", `A room has at most ${max_members} affiliations.`)
    : undefined;
}
