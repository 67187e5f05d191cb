/** Changes affiliations (XEP-0045 §9) and applies them to occupants. Callers have checked the changes. */
import { Jid } from "../../addresses/address.js";
import { xml } from "../../xml/builder.js";
import type { RoomScope } from "../context.js";
import { firstResult, hooksOf } from "../features.js";
import { seesAddresses } from "../features/anonymity.js";
import { defaultRoleOf } from "../features/voice.js";
import { expel } from "../occupancy/leaving.js";
import type { Affiliation, AffiliationChange, ChangedAffiliation } from "../room/affiliation.js";
import { sessionsOf, type Occupant } from "../room/occupants.js";
import { notifyPresence, type Cause } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import { textElement } from "../wire/text.js";

/** If a request changes more affiliations than this, accounts outside the room aren't announced to occupants. */
const MAX_NOTIFIED = 100;

/** Stores affiliations. @returns what occupants must be told */
export function setAffiliations(
  { transaction, room }: RoomScope,
  changes: readonly AffiliationChange[],
): ChangedAffiliation[] {
  const changed = room.setAffiliations(transaction, changes);
  return changes.length <= MAX_NOTIFIED
    ? changed
    : changed.filter(({ jid }) => room.inside.byAccount.has(jid));
}

/** @param isRemoval whether the account must leave even an open room */
export function announceAffiliation(
  scope: RoomScope,
  { jid, was }: ChangedAffiliation,
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
