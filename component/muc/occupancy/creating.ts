/** Rooms made by entering them (XEP-0045 §10.1): locked until their maker configures them. */
import type { AccountJid, FullJid } from "../../address.js";
import { isLocal, type RoomContext } from "../context.js";
import type { EntryCheck } from "./entry-check.js";
import { roomError } from "../wire/errors.js";
import { optionsOfEntered } from "../room/options.js";
import type { Room } from "../room/room.js";
import type { Transaction } from "../transaction.js";

export const notLocked: EntryCheck = {
  name: "locked",
  refuse: ({ room, affiliation }) =>
    room.isLocked && affiliation !== "owner"
      ? roomError(room.jid, "cancel", "item-not-found", "The room is not configured yet.")
      : undefined,
};

/** @throws StanzaError not-allowed for those who may make none */
export function createByEntering(
  context: RoomContext,
  transaction: Transaction,
  jid: AccountJid,
  from: FullJid,
): Room {
  const { create } = context.rooms.config;
  const mayCreate = create === "anyone" || (create === "local" && isLocal(context, from));
  if (!mayCreate) throw roomError(jid, "cancel", "not-allowed", "You may not make rooms here.");
  const room = context.rooms.create(transaction, jid, optionsOfEntered(context.rooms.config), true);
  room.setAffiliation(transaction, from.bare, "owner");
  return room;
}
