/**
 * clear_staff: takes people who left out of every room. A room whose only owner leaves passes to its longest-standing
 * administrator, else member; where nobody is left it is destroyed. Their keys are revoked.
 */
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

/**
 * All of it, also if that takes longer than the call may wait; called again, it joins what is still to be done. A user
 * of a host that isn't served is refused, as it is most likely a typo; then nobody is removed.
 */
export async function clearStaff(
  context: OperationContext,
  call: ClearStaff,
): Promise<DeliveryStatus | Refusal> {
  const leaving = await readAccounts(context, call.users, "users", (text, place) =>
    context.addresses.servedAccount(text, place, call.host),
  );
  if (leaving instanceof Refusal) return leaving;
  return await context.userRemoval.remove(leaving, () => {
    for (const account of leaving) context.keys.revoke(account);
  });
}
