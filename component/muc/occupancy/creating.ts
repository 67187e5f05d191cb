/** Rooms made by entering them (XEP-0045 §10.1): locked until their maker configures them (features/locking.ts). */
import type { AccountJid, FullJid } from "../../address.js";
import { isLocal, type RoomScope, type Work } from "../context.js";
import { goneError, mayMakeAgain } from "../room/destroyed-rooms.js";
import { optionsOfEntered } from "../room/options.js";
import { roomError } from "../wire/errors.js";

/** @throws StanzaError not-allowed for those who may make none; gone if others destroyed such a room */
export function createByEntering(work: Work, jid: AccountJid, from: FullJid): RoomScope {
  const { context, transaction } = work;
  const destroyed = context.rooms.findDestroyed(jid);
  if (destroyed !== undefined && !mayMakeAgain(destroyed, [from], context.admins))
    throw goneError(jid, destroyed);
  const { create, per_user: most } = context.config;
  const isAllowed = create === "anyone" || (create === "local" && isLocal(context, from));
  const mayCreate = isAllowed || context.admins.has(from);
  if (!mayCreate) throw roomError(jid, "cancel", "not-allowed", "You may not make rooms here.");
  if (context.rooms.countOwned(from.bare, most) >= most && !context.admins.has(from)) {
    throw roomError(jid, "cancel", "not-allowed", `You own ${most} rooms, as many as you may.`);
  }
  const options = optionsOfEntered(context.config);
  const room = context.rooms.create(transaction, jid, { options, locked: true });
  room.setAffiliation(transaction, from.bare, "owner");
  return { ...work, room };
}
