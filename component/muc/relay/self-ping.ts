/**
 * Self-ping (XEP-0410): a client pings its own address in the room to learn whether it is still inside. Answered
 * here, and never with item-not-found, which clients read as "still inside".
 */
import { keyOf } from "../../nick.js";
import type { Inbound, IqReply } from "../../router.js";
import type { RoomContext } from "../context.js";
import { roomError } from "../wire/errors.js";
import { relay } from "./iqs.js";

/** @throws StanzaError not-acceptable for those who aren't inside */
export async function ping(context: RoomContext, inbound: Inbound<"occupant">): Promise<IqReply> {
  const { from, to } = inbound;
  const room = context.rooms.find(to.room);
  const occupant = room?.sessions.get(from.text);
  if (occupant === undefined)
    throw roomError(to.room, "cancel", "not-acceptable", "You are not in this room.");
  if (occupant.nick.key === keyOf(to.jid.resource)) return undefined;
  return await relay(context, inbound);
}
