/** Changes affiliations (XEP-0045 §9) and applies them to occupants. Callers have checked the changes. */
import { Jid } from "../../addresses/address.js";
import { keyOf } from "../../addresses/nick.js";
import { xml } from "../../xml/builder.js";
import type { RoomScope } from "../context.js";
import { firstResult, hooksOf } from "../features.js";
import { seesAddresses } from "../features/anonymity.js";
import { defaultRoleOf } from "../features/voice.js";
import { expel } from "../occupancy/leaving.js";
import type { Affiliation } from "../room/affiliation.js";
import { sessionsOf, type Occupant } from "../room/occupants.js";
import { notifyPresence, type Cause } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import type { AffiliationChange } from "./actor.js";
import { textElement } from "../wire/text.js";

/** If a request changes more affiliations than this, accounts outside the room aren't announced to occupants. */
const MAX_NOTIFIED = 100;

/** A changed affiliation that the occupants don't know yet. */
export interface Announcement {
  readonly jid: string;
  readonly was: Affiliation;
  readonly reason: string | undefined;
}

export function setAffiliations(scope: RoomScope, changes: readonly AffiliationChange[]): Announcement[] {
  const { transaction, room } = scope;
  const isNotified = changes.length <= MAX_NOTIFIED;
  const announcements: Announcement[] = [];
  const added: string[] = [];
  const removed: string[] = [];
  for (const change of changes) {
    const { jid } = change;
    const kind = isNotified ? undefined : plainKind(scope, change);
    if (kind !== undefined) (kind === "added" ? added : removed).push(jid.text);
    else {
      const announcement = setAffiliation(scope, change);
      if (announcement !== undefined && (isNotified || room.isInside(jid))) announcements.push(announcement);
    }
  }
  if (added.length > 0) room.addMembers(transaction, [...new Set(added)]);
  if (removed.length > 0) room.removeMembers(transaction, [...new Set(removed)]);
  return announcements;
}

/** @param isRemoval whether the account must leave even an open room */
export function announceAffiliation(
  scope: RoomScope,
  { jid, was }: Announcement,
  isRemoval: boolean,
  cause: Cause,
): void {
  const { room } = scope;
  const account = Jid.parse(jid)?.bare;
  if (account === undefined) return;
  // changing.ts removes the occupants whose domain is banned.
  const isBanned = [...room.inside.concernedBy(account)].some(({ affiliation }) => affiliation === "outcast");
  if (account.local === undefined && isBanned) return;
  const concerned = room.occupantsOf(account).filter(({ affiliation }) => isRemoval || affiliation !== was);
  // Occupants who see real addresses are told the affiliation of an account outside.
  if (concerned.length === 0) {
    const affiliation = room.affiliations.storedAffiliationOf(jid);
    const item = xml("item", { affiliation, role: "none", jid }, textElement("reason", cause.reason));
    const seers = [...room.occupants.values()].filter(({ role }) => seesAddresses(room, role));
    scope.transaction.broadcast(
      xml("message", { from: room.jid.text }, xml("x", MUC.user, item)),
      sessionsOf(seers),
    );
  }
  for (const occupant of concerned) {
    if (isRemoval) expel(scope, occupant, { codes: [321], cause });
    else followAffiliation(scope, occupant, was, cause);
  }
}

/** Recognises changes that only add or remove a member outside the room. They are stored together. */
function plainKind(
  { room }: RoomScope,
  { jid, affiliation, nick, reason }: AffiliationChange,
): "added" | "removed" | undefined {
  if (jid.local === undefined || room.isInside(jid)) return undefined;
  const isMember = room.affiliations.get(jid.text) !== undefined;
  if (affiliation === "none") return isMember ? "removed" : undefined;
  const isPlain = affiliation === "member" && nick === undefined && reason === undefined;
  return isPlain && !isMember ? "added" : undefined;
}

/** Stores an affiliation. @returns what occupants must be told; undefined if nothing changes */
function setAffiliation(
  { transaction, room }: RoomScope,
  { jid, affiliation, reason, nick: wanted }: AffiliationChange,
): Announcement | undefined {
  const before = room.affiliations.get(jid.text);
  // An earlier item of the same request may have reserved the same nickname.
  const isTheirs = wanted !== undefined && room.affiliations.isFreeFor(keyOf(wanted), jid);
  const nick = isTheirs ? wanted : undefined;
  const isSameNick = nick === undefined || nick === (before?.nick ?? "");
  if ((before?.affiliation ?? "none") === affiliation && isSameNick) return undefined;
  const was = room.affiliationOf(jid);
  room.setAffiliation(transaction, jid, affiliation, { reason, nick });
  return { jid: jid.text, was, reason };
}

/** Applies an occupant's new affiliation: removes the occupant if a feature requires it, or changes the role. */
export function followAffiliation(
  scope: RoomScope,
  occupant: Occupant,
  was: Affiliation,
  cause: Cause,
): void {
  const { transaction, room } = scope;
  const { affiliation } = occupant;
  const code = firstResult(hooksOf("mustLeave"), (hook) => hook(room, affiliation, false));
  if (code !== undefined) {
    expel(scope, occupant, { codes: [code], cause });
    return;
  }
  const usual = defaultRoleOf(room, affiliation);
  if (usual !== defaultRoleOf(room, was)) room.inside.change(transaction, occupant, { role: usual });
  notifyPresence(scope, occupant, { cause });
}
