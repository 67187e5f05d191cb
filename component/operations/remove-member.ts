/**
 * management/del_muc_user: takes somebody out of a room, whoever they are; nobody is asked. Of a room whose only owner
 * goes, whoever has been there longest becomes the owner first, an administrator before others.
 */
import type { DeliveryStatus } from "../outbox/outbox.js";
import { handOver } from "../muc/api/removal.js";
import { Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { inRoom, type RoomName } from "./room-call.js";

export interface RemoveMember {
  readonly room: RoomName;
  /** Id, or id@host. */
  readonly user: string;
  readonly host: string | undefined;
}

export async function removeMember(
  context: OperationContext,
  call: RemoveMember,
): Promise<DeliveryStatus | Refusal> {
  const account = context.addresses.account(call.user, "user", call.host);
  if (account instanceof Refusal) return account;
  return await inRoom(context, call.room, (scope) => {
    handOver(scope, [account]);
    return undefined;
  });
}
