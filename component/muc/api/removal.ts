/** Removes members by HTTP calls. They must leave the room even if it is open, unlike after other changes. */
import { Jid, type BareJid } from "../../addresses/address.js";
import type { By } from "../admin/actor.js";
import { changeAffiliations } from "../admin/affiliations.js";
import { destroy } from "../admin/destroying.js";
import type { RoomScope } from "../context.js";
import { expel } from "../occupancy/leaving.js";
import { isAtLeast } from "../room/affiliation.js";

/** Removes accounts' affiliations and occupants from the room. The caller has checked the request. */
export function removeMembers(scope: RoomScope, accounts: readonly BareJid[], by: By): void {
  const { room } = scope;
  const inside = accounts.flatMap((account) => room.occupantsOf(account));
  const changes = accounts.map((jid) => ({ jid, affiliation: "none" as const }));
  changeAffiliations(scope, changes, by);
  const cause = { nick: by.nick, jid: by.account };
  for (const occupant of inside) {
    const isStill = room.occupants.get(occupant.nick.key) === occupant;
    if (isStill) expel(scope, occupant, { codes: [321], cause });
  }
}

/**
 * Removes users from a room because they are removed from all rooms. If no owner remains, the longest-standing
 * administrator, or else member, becomes the owner. If nobody remains, the room is destroyed.
 */
export function handOver(scope: RoomScope, leaving: readonly BareJid[]): void {
  const { room } = scope;
  const names = new Set(leaving.map(({ text }) => text));
  const removed = leaving.filter(({ text }) =>
    isAtLeast(room.affiliations.storedAffiliationOf(text), "member"),
  );
  if (removed.length === 0) return;
  const staying = room.affiliations.atLeastMembers().filter(({ jid }) => !names.has(jid));
  if (staying.length === 0) {
    destroy(scope, {});
    return;
  }
  if (!staying.some(({ affiliation }) => affiliation === "owner")) {
    const heir = staying.find(({ affiliation }) => affiliation === "admin") ?? staying[0];
    const jid = heir && Jid.parse(heir.jid)?.bare;
    if (jid !== undefined) changeAffiliations(scope, [{ jid, affiliation: "owner" }], {});
  }
  removeMembers(scope, removed, {});
}
