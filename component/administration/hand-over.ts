/** Hands a room over: these accounts own it from now on, and those who did become members. */
import { reconfigure } from "../muc/admin/configuration.js";
import { Refusal } from "../refusal.js";
import { byIn, type AdministrationContext, type Done } from "./context.js";
import { inRoom, readAccounts } from "./in-room.js";

export interface HandOver {
  readonly room: string;
  readonly owners: readonly string[];
}

const OWNERS = "muc#roomconfig_roomowners";

export async function handOver(context: AdministrationContext, call: HandOver): Promise<Done | Refusal> {
  const owners = readAccounts(context, call.owners, "owners");
  if (owners instanceof Refusal) return owners;
  return await inRoom(context, call.room, (scope) => {
    const names = owners.map(({ text }) => text);
    reconfigure(scope, new Map([[OWNERS, names]]), byIn(context, scope.room));
    return { told: `The room ${scope.room.jid.text} was handed over to ${names.join(", ")}.` };
  });
}
