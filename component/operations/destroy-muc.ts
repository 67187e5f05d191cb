/** destroy_muc: destroys a room with its affiliations, history and archive. */
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import { destroy } from "../muc/admin/destroying.js";
import type { OperationContext } from "./context.js";
import { inRoom, parseActor, type RoomCall } from "./room-call.js";

export async function destroyMuc(
  context: OperationContext,
  call: RoomCall,
): Promise<DeliveryStatus | Refusal> {
  const actor = parseActor(context, call.actor);
  if (actor instanceof Refusal) return actor;
  return await inRoom(context, call.room, (scope) => {
    if (scope.room.affiliationOf(actor) !== "owner") return new Refusal(Errcode.forbidden, "owner error");
    destroy(scope, {});
    return undefined;
  });
}
