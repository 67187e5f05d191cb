/**
 * clear_staff: removes former employees from all rooms, and revokes their keys. A room's only owner is succeeded by the
 * longest-standing administrator or else member; a room without either is destroyed.
 */
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { parseAccounts } from "./room-call.js";

export interface ClearStaff {
  /** The users: ids, or id@host. */
  readonly users: readonly string[];
  /** The host of users who are given as an id only; undefined: the default host. */
  readonly host: string | undefined;
}

/**
 * Removes the users. The removal continues if it takes longer than the call waits; a repeated call waits for the
 * running removal. If the host of one of the users isn't served, which is probably a typo, no user is removed.
 */
export async function clearStaff(
  context: OperationContext,
  call: ClearStaff,
): Promise<DeliveryStatus | Refusal> {
  const leaving = await parseAccounts(context, call.users, "users", (text, place) =>
    context.addresses.servedAccount(text, place, call.host),
  );
  if (leaving instanceof Refusal) return leaving;
  return await context.userRemoval.remove(leaving, () => {
    for (const account of leaving) context.keys.revoke(account);
  });
}
