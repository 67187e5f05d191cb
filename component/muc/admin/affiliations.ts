/** Changing what accounts are to a room (XEP-0045 §9, §10.3–10.8): who may, and what follows for those inside. */
import type { BareJid } from "../../address.js";
import type { StanzaError } from "../../stanza-error.js";
import { xml } from "../../xml/builder.js";
import { compareAffiliations, defaultRole, isAtLeast, type Affiliation } from "../room/affiliation.js";
import type { RoomContext } from "../context.js";
import { roomError } from "../wire/errors.js";
import { addressSeers, tellPresence } from "../wire/fan-out.js";
import { expel } from "../occupancy/leaving.js";
import { keyOf } from "../room/nick.js";
import { MUC } from "../wire/ns.js";
import type { Occupant } from "../room/occupant.js";
import type { Cause } from "../wire/presence-stanza.js";
import type { Room } from "../room/room.js";
import type { Transaction } from "../transaction.js";

export interface AffiliationChange {
  /** An account; where it is banned or no longer, also a domain. */
  readonly jid: BareJid;
  readonly affiliation: Affiliation;
  /** A nickname to reserve for them; "" for none any more, undefined for what they have. */
  readonly nick?: string | undefined;
  readonly reason?: string | undefined;
}

/** Who asks for a change. */
export interface Actor {
  readonly account: BareJid;
  readonly affiliation: Affiliation;
  /** Their nickname, where they are inside. */
  readonly nick: string | undefined;
}

/** Whether somebody may make a change. */
export function refuseChange(room: Room, actor: Actor, change: AffiliationChange): StanzaError | undefined {
  const { jid, affiliation } = change;
  const { affiliation: current = "none", nick: reserved = "" } = room.members.get(jid.text) ?? {};
  if (!isAtLeast(actor.affiliation, "admin")) {
    return roomError(room.jid, "auth", "forbidden", "Only administrators change affiliations.");
  }
  if (affiliation === "outcast" && jid.equals(actor.account)) {
    return roomError(room.jid, "cancel", "conflict", "Nobody can ban themselves.");
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

/** Whether changes leave the room an owner; later ones of an account count. */
export function refuseOrphaning(room: Room, changes: readonly AffiliationChange[]): StanzaError | undefined {
  const wanted = new Map(changes.map(({ jid, affiliation }) => [jid.text, affiliation]));
  let owners = room.members.owners;
  for (const [jid, affiliation] of wanted) {
    if (room.members.get(jid)?.affiliation === "owner") owners -= 1;
    if (affiliation === "owner") owners += 1;
  }
  return owners > 0
    ? undefined
    : roomError(room.jid, "cancel", "conflict", "The room would have no owner left.");
}

/** Whether there is room for so many more. */
export function refuseCrowd(
  context: RoomContext,
  room: Room,
  changes: readonly AffiliationChange[],
): StanzaError | undefined {
  const added = changes.filter(
    ({ jid, affiliation }) => affiliation !== "none" && !room.members.get(jid.text),
  );
  const { max_members } = context.rooms.config;
  return added.length > 0 && room.members.size + added.length > max_members
    ? roomError(room.jid, "wait", "resource-constraint", `A room has at most ${max_members} affiliations.`)
    : undefined;
}

/** Those whom changes make members of a room that only members enter, and who aren't inside (§9.5: they are invited). */
export function newMembers(room: Room, changes: readonly AffiliationChange[]): BareJid[] {
  if (!room.options.membersOnly) return [];
  const added = changes.filter(
    ({ jid, affiliation }) =>
      isAtLeast(affiliation, "member") &&
      !isAtLeast(room.members.get(jid.text)?.affiliation ?? "none", "member") &&
      !room.isInside(jid),
  );
  return added.map(({ jid }) => jid);
}

/** Of more changes at once than this, those inside aren't told where they concern nobody inside. */
const MOST_TOLD = 100;

/** Makes changes that were found to be allowed, and tells everybody inside. */
export function changeAffiliation(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  changes: readonly AffiliationChange[],
  by: Partial<Pick<Actor, "account" | "nick">>,
): void {
  const isTold = changes.length <= MOST_TOLD;
  const added: string[] = [];
  const removed: string[] = [];
  for (const change of changes) {
    if (room.isGone) return;
    const kind = isTold ? undefined : plainKind(room, change);
    if (kind === undefined) makeChange(context, transaction, room, change, by, isTold);
    else (kind === "added" ? added : removed).push(change.jid.text);
  }
  if (room.isGone) return;
  if (added.length > 0) room.addMembers(transaction, [...new Set(added)]);
  if (removed.length > 0) room.removeMembers(transaction, [...new Set(removed)]);
}

/** Whether it only makes a member of an account that was nothing to the room, or the reverse, and nobody is inside. */
function plainKind(room: Room, change: AffiliationChange): "added" | "removed" | undefined {
  const { jid, affiliation, nick, reason } = change;
  if (jid.local === undefined || room.isInside(jid)) return undefined;
  const isMember = room.members.get(jid.text) !== undefined;
  if (affiliation === "none") return isMember ? "removed" : undefined;
  const isPlain = affiliation === "member" && nick === undefined && reason === undefined;
  return isPlain && !isMember ? "added" : undefined;
}

function makeChange(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  change: AffiliationChange,
  by: Partial<Pick<Actor, "account" | "nick">>,
  isTold: boolean,
): void {
  const { jid, affiliation, reason } = change;
  const before = room.members.get(jid.text);
  // Two of one request may have asked for the same.
  const isTheirs = change.nick !== undefined && room.members.isFreeFor(keyOf(change.nick), jid);
  const nick = isTheirs ? change.nick : undefined;
  const isNothing =
    (before?.affiliation ?? "none") === affiliation && (nick === undefined || nick === (before?.nick ?? ""));
  if (isNothing) return;
  const cause = { nick: by.nick, jid: by.account, reason };
  const concerned = [...room.concernedBy(jid)].map((occupant) => ({ occupant, was: occupant.affiliation }));
  room.setAffiliation(transaction, jid, affiliation, reason, nick);
  let told = 0;
  for (const { occupant, was } of concerned) {
    if (occupant.affiliation === was) continue;
    told += 1;
    follow(context, transaction, room, occupant, was, cause);
  }
  if (told === 0 && isTold) tellAffiliation(transaction, room, jid, cause);
}

/** Tells those who see addresses of a change that concerns nobody inside. */
export function tellAffiliation(transaction: Transaction, room: Room, jid: BareJid, { reason }: Cause): void {
  const affiliation = room.members.get(jid.text)?.affiliation ?? "none";
  const item = xml(
    "item",
    { affiliation, role: "none", jid: jid.text },
    reason === undefined ? undefined : xml("reason", {}, reason),
  );
  transaction.tell(xml("message", { from: room.jid.text }, xml("x", MUC.user, item)), addressSeers(room));
}

/** What follows for somebody inside. */
function follow(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  occupant: Occupant,
  was: Affiliation,
  cause: Cause,
): void {
  const { affiliation } = occupant;
  const { membersOnly, moderated } = room.options;
  if (affiliation === "outcast") {
    expel(context, transaction, room, occupant, { codes: [301], cause });
  } else if (membersOnly && !isAtLeast(affiliation, "member")) {
    expel(context, transaction, room, occupant, { codes: [321], cause });
  } else {
    const role = occupant.role;
    const usual = defaultRole(affiliation, moderated);
    if (usual !== defaultRole(was, moderated)) room.setRole(transaction, occupant, usual);
    tellPresence(transaction, room, occupant, { cause }, role);
  }
}
