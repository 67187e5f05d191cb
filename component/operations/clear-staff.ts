/**
 * clear_staff: takes people who left out of every room. A room whose only owner leaves passes to its longest-standing
 * administrator, else member; where nobody is left it is destroyed. Their keys are revoked.
 */
import { isAccount } from "../address.js";
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { readAccounts } from "./room-call.js";

export interface ClearStaff {
  /** Ids, or id@host. */
  readonly users: readonly string[];
  /** The host of ids that have none. */
  readonly host: string | undefined;
}

/** All of it, also where that takes longer than the call may wait; called again, it joins what is still to be done. */
export async function clearStaff(
  context: OperationContext,
  call: ClearStaff,
): Promise<DeliveryStatus | Refusal> {
  const leaving = await readAccounts(context, call.users, "users", call.host);
  if (leaving instanceof Refusal) return leaving;
  return await context.bulkRemoval.remove(leaving, () => {
    for (const account of leaving) if (isAccount(account)) context.keys.revoke(account);
  });
}
