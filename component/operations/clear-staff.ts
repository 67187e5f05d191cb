/**
 * clear_staff: removes users who left the company from all rooms and revokes their keys. A room whose only owner leaves
 * passes to its longest-standing administrator, or else member; without any, it is destroyed.
 */
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { parseAccounts } from "./room-call.js";

export interface ClearStaff {
  /** Ids, or id@host. */
  readonly users: readonly string[];
  /** The host of bare ids. */
  readonly host: string | undefined;
}

/**
 * Removes the users, also if that takes longer than the call waits; a repeated call joins the running removal. If a user's
 * host isn't served, which is likely a typo, nobody is removed.
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
