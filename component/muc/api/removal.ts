/** Taking members' membership away for good, by calls: whoever is inside leaves, in open rooms, too. */
import { Jid, type BareJid } from "../../address.js";
import { changeAffiliation, type Actor } from "../admin/affiliations.js";
import { isAtLeast } from "../room/affiliation.js";
import type { RoomContext } from "../context.js";
import { destroy } from "../admin/destroying.js";
import { expel } from "../occupancy/leaving.js";
import type { Room } from "../room/room.js";
import type { Transaction } from "../transaction.js";

type By = Partial<Pick<Actor, "account" | "nick">>;

/** These were found to be members, and may be removed. */
export function removeMembers(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  accounts: readonly BareJid[],
  by: By,
): void {
  const inside = accounts.flatMap((account) => room.occupantsOf(account));
  const changes = accounts.map((jid) => ({ jid, affiliation: "none" as const }));
  changeAffiliation(context, transaction, room, changes, by);
  const cause = { nick: by.nick, jid: by.account };
  for (const occupant of inside) {
    const isStill = !room.isGone && room.occupants.get(occupant.nick.key) === occupant;
    if (isStill) expel(context, transaction, room, occupant, { codes: [321], cause });
  }
}

/** Removes people who leave for good; the room passes to whoever has been there longest, or ends. */
export function handOver(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  leaving: readonly BareJid[],
): void {
  const names = new Set(leaving.map(({ text }) => text));
  const removed = leaving.filter(({ text }) =>
    isAtLeast(room.members.get(text)?.affiliation ?? "none", "member"),
  );
  if (removed.length === 0) return;
  const staying = room.members.atLeastMembers().filter(({ jid }) => !names.has(jid));
  if (staying.length === 0) {
    destroy(context, transaction, room, {});
    return;
  }
  if (!staying.some(({ affiliation }) => affiliation === "owner")) {
    const heir = staying.find(({ affiliation }) => affiliation === "admin") ?? staying[0];
    const jid = heir && Jid.parse(heir.jid)?.bare;
    if (jid !== undefined) changeAffiliation(context, transaction, room, [{ jid, affiliation: "owner" }], {});
  }
  removeMembers(context, transaction, room, removed, {});
}
