/** Changes affiliations (XEP-0045 §9) and applies them to occupants. Callers have checked the changes. */
import type { BareJid } from "../../addresses/address.js";
import { keyOf } from "../../addresses/nick.js";
import { xml } from "../../xml/builder.js";
import type { RoomScope, RoomTransaction } from "../context.js";
import { defaultRoleOf, firstResult, hooksOf } from "../features.js";
import { addressSeers } from "../features/anonymity.js";
import { inviteNewMembers } from "../features/invitations/direct.js";

import { expel } from "../occupancy/leaving.js";
import type { Affiliation } from "../room/affiliation.js";
import type { Occupant } from "../room/occupants.js";
import { notifyPresence } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import type { Cause } from "../wire/presence-stanza.js";
import { conform, isStepFull } from "./conforming.js";
import type { By } from "./actor.js";
import type { AffiliationChange } from "./affiliation-change.js";
import { textElement } from "../wire/text.js";

/** If a request changes more affiliations than this, accounts outside the room aren't announced to occupants. */
const MAX_NOTIFIED = 100;

/** Changes affiliations by a list or a configuration form, and invites new members of a members-only room. */
export function changeLists(scope: RoomScope, changes: readonly AffiliationChange[], by: By): void {
  const invited = hooksOf("invitedBy").flatMap((invitedBy) => invitedBy(scope.room, changes));
  changeAffiliations(scope, changes, by);
  // A temporary room ends when its last occupant is removed.
  if (!scope.room.isGone) inviteNewMembers(scope, by, invited);
}

/** Changes affiliations and notifies occupants. */
export function changeAffiliations(scope: RoomScope, changes: readonly AffiliationChange[], by: By): void {
  const { transaction, room } = scope;
  const isNotified = changes.length <= MAX_NOTIFIED;
  const added: string[] = [];
  const removed: string[] = [];
  for (const change of changes) {
    const kind = isNotified ? undefined : plainKind(scope, change);
    if (kind === undefined) makeChange(scope, change, by, isNotified);
    else (kind === "added" ? added : removed).push(change.jid.text);
  }
  if (added.length > 0) room.addMembers(transaction, [...new Set(added)]);
  if (removed.length > 0) room.removeMembers(transaction, [...new Set(removed)]);
  const reason = changes.at(-1)?.reason;
  if (isStepFull(scope) && !room.isGone)
    conform(scope, { isConfigured: false, nick: by.nick, jid: by.account, reason });
}

/** Announces the affiliation of an account outside the room to the occupants who see real addresses. */
export function notifyAffiliation(
  { transaction, room }: RoomTransaction,
  jid: BareJid,
  { reason }: Cause,
): void {
  const affiliation = room.affiliations.storedAffiliationOf(jid.text);
  const item = xml("item", { affiliation, role: "none", jid: jid.text }, textElement("reason", reason));
  transaction.broadcast(
    xml("message", { from: room.jid.text }, xml("x", MUC.user, item)),
    addressSeers(room),
  );
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

function makeChange(scope: RoomScope, change: AffiliationChange, by: By, isNotified: boolean): void {
  const { transaction, room } = scope;
  const { jid, affiliation, reason } = change;
  const before = room.affiliations.get(jid.text);
  // An earlier item of the same request may have reserved the same nickname.
  const isTheirs = change.nick !== undefined && room.affiliations.isFreeFor(keyOf(change.nick), jid);
  const nick = isTheirs ? change.nick : undefined;
  const isSameNick = nick === undefined || nick === (before?.nick ?? "");
  if ((before?.affiliation ?? "none") === affiliation && isSameNick) return;
  const cause = { nick: by.nick, jid: by.account, reason };
  const concerned = [...room.concernedBy(jid)].map((occupant) => ({ occupant, was: occupant.affiliation }));
  room.setAffiliation(transaction, jid, affiliation, { reason, nick });
  let notified = 0;
  for (const { occupant, was } of concerned) {
    if (occupant.affiliation === was) continue;
    notified += 1;
    followAffiliation(scope, occupant, was, cause);
  }
  if (notified === 0 && isNotified) notifyAffiliation(scope, jid, cause);
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
    // A ban of a domain, or of many accounts, may remove hundreds: conform() removes the rest.
    if (!isStepFull(scope)) expel(scope, occupant, { codes: [code], cause });
    return;
  }
  const usual = defaultRoleOf(room, affiliation);
  if (usual !== defaultRoleOf(room, was)) room.setRole(transaction, occupant, usual);
  notifyPresence(scope, occupant, { cause });
}
