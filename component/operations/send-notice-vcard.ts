/** send_notice_vcard: notifies occupants that a program has changed the room's vCard, so that clients request it. */
import type { DeliveryStatus } from "../outbox/outbox.js";
import { notifyVcard } from "../muc/discovery/room-presence.js";
import { Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { noSuchRoom } from "./deliver.js";
import { commitWork } from "./room-call.js";

export async function sendNoticeVcard(
  context: OperationContext,
  call: { readonly room: string },
): Promise<DeliveryStatus | Refusal> {
  const { addresses, muc } = context;
  const named = addresses.address(call.room, "muc_name", addresses.roomDomains[0]);
  if (named instanceof Refusal) return named;
  const jid = addresses.roomAt(named);
  if (jid === undefined) return noSuchRoom(named);
  return await commitWork(context, (transaction) => {
    const room = muc.rooms.find(jid);
    if (room === undefined) return noSuchRoom(jid);
    notifyVcard({ transaction, room }, room.pictures.length > 0);
    return undefined;
  });
}
