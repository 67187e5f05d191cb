/**
 * clear_staff: takes people who left out of every room. A room whose only owner leaves passes to its longest-standing
 * administrator, else member; where nobody is left it is destroyed. Their keys are revoked.
 */
import { isAccount, type BareJid } from "../address.js";
import type { Receipt } from "../outbox/outbox.js";
import { Refusal } from "../refusal.js";
import { roomJid } from "../rooms/rooms.js";
import { handOver } from "../rooms/dismissing.js";
import type { OperationContext } from "./context.js";
import { inOneTurn, readAccounts } from "./room-call.js";

export interface ClearStaff {
  /** Ids, or id@host. */
  readonly users: readonly string[];
  /** The host of ids that have none. */
  readonly host: string | undefined;
}

/** One transaction; called again, it finds nothing to do. */
export async function clearStaff(context: OperationContext, call: ClearStaff): Promise<Receipt | Refusal> {
  const leaving = readAccounts(context, call.users, "users", call.host);
  if (leaving instanceof Refusal) return leaving;
  return await inOneTurn(context, (turn) => {
    for (const room of roomsOf(context, leaving)) handOver(context.rooms, turn, room, leaving);
    turn.writeAlso(() => {
      for (const account of leaving) if (isAccount(account)) context.keys.revoke(account);
    });
    return undefined;
  });
}

function roomsOf({ rooms: { rooms, domain } }: OperationContext, accounts: readonly BareJid[]) {
  const names = new Set(accounts.flatMap((account) => rooms.namesOf(account)));
  return [...names].flatMap((name) => {
    const jid = roomJid(name, domain);
    const room = jid && rooms.find(jid);
    return room === undefined ? [] : [room];
  });
}
