/** Removes users from rooms by HTTP calls. They must leave even an open room, unlike after other changes. */
import { Jid, type BareJid } from "../../addresses/address.js";
import { change } from "../admin/changing.js";
import { destroy } from "../admin/destroying.js";
import type { RoomScope } from "../context.js";
import { isAtLeast } from "../room/affiliation.js";

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
    if (jid !== undefined) change(scope, { affiliations: [{ jid, affiliation: "owner" }], by: {} });
  }
  const affiliations = removed.map((jid) => ({ jid, affiliation: "none" as const }));
  change(scope, { affiliations, isRemoval: true, by: {} });
}
