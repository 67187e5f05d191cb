/**
 * Self-ping (XEP-0410): a client pings its own address in the room to learn whether it is still inside. Answered
 * here, and never with item-not-found, which clients read as "still inside".
 */
import type { Inbound, IqReply } from "../router.js";
import { StanzaError } from "../stanza-error.js";
import type { RoomContext } from "./context.js";
import { failure } from "./failure.js";
import { keyOf } from "./nick.js";
import type { Turn } from "./turn.js";

/** @throws StanzaError not-acceptable for those who aren't inside */
export function ping(context: RoomContext, _turn: Turn, { from, to }: Inbound<"occupant">): IqReply {
  const room = context.rooms.find(to.room);
  const occupant = room?.sessions.get(from.text);
  if (occupant === undefined) throw failure(to.room, "cancel", "not-acceptable", "You are not in this room.");
  if (occupant.nick.key === keyOf(to.jid.resource)) return undefined;
  throw new StanzaError("cancel", "service-unavailable");
}
