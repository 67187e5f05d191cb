/** Rooms made by entering them (XEP-0045 §10.1): locked until their maker configures them. */
import type { AccountJid, FullJid } from "../address.js";
import { isLocal, type RoomContext } from "./context.js";
import type { JoinCheck } from "./entering.js";
import { failure } from "./failure.js";
import { optionsOfEntered } from "./options.js";
import type { Room } from "./room.js";
import type { Turn } from "./turn.js";

export const notLocked: JoinCheck = {
  name: "locked",
  refuse: ({ room, affiliation }) =>
    room.isLocked && affiliation !== "owner"
      ? failure(room.jid, "cancel", "item-not-found", "The room is not configured yet.")
      : undefined,
};

/** @throws StanzaError not-allowed for those who may make none */
export function createByEntering(context: RoomContext, turn: Turn, jid: AccountJid, from: FullJid): Room {
  const { create } = context.rooms.config;
  const mayCreate = create === "anyone" || (create === "local" && isLocal(context, from));
  if (!mayCreate) throw failure(jid, "cancel", "not-allowed", "You may not make rooms here.");
  const room = context.rooms.create(turn, jid, optionsOfEntered(context.rooms.config), true);
  room.setAffiliation(turn, from.bare, "owner");
  return room;
}
