/**
 * management/del_muc_user: removes a user of any affiliation from a room. The call has no acting user. If the user is
 * the only owner, the longest-standing administrator, or else member, becomes the owner first.
 */
import type { DeliveryStatus } from "../outbox/outbox.js";
import { handOver } from "../muc/api/removal.js";
import { Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { inRoom, type RoomName } from "./room-call.js";

export interface RemoveMember {
  readonly room: RoomName;
  /** The user: id or id@host. */
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
