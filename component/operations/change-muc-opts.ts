/** management/change_muc_opts: changes a room's options and owner. The call has no acting user. */
import type { BareJid } from "../address.js";
import type { DeliveryStatus } from "../outbox/outbox.js";
import { reconfigure } from "../muc/admin/configuration.js";
import { Errcode, Refusal } from "../refusal.js";
import { StanzaError } from "../stanza-error.js";
import { shown } from "./address-resolver.js";
import type { OperationContext } from "./context.js";
import { inRoom, type RoomName } from "./room-call.js";

export interface ChangeMucOpts {
  readonly room: RoomName;
  /** "true" or "false". In this and the following fields, undefined leaves the option unchanged. */
  readonly public: string | undefined;
  /** "true" or "false". */
  readonly persistent: string | undefined;
  /** The occupant limit: a number, as text. */
  readonly maxUsers: string | undefined;
  /** The new owner, who replaces all current owners: id or id@host. */
  readonly owner: string | undefined;
}

/** Returns the values for the room's configuration form. */
function fieldsOf(call: ChangeMucOpts, owner: BareJid | undefined): ReadonlyMap<string, readonly string[]> {
  const values = {
    publicroom: call.public,
    persistentroom: call.persistent,
    maxusers: call.maxUsers,
    roomowners: owner?.text,
  };
  return new Map(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[`muc#roomconfig_${name}`, [value]] as const],
    ),
  );
}

export async function changeMucOpts(
  context: OperationContext,
  call: ChangeMucOpts,
): Promise<DeliveryStatus | Refusal> {
  const { maxUsers } = call;
  const owner = call.owner === undefined ? undefined : context.addresses.account(call.owner, "affiliations");
  if (owner instanceof Refusal) return owner;
  if (maxUsers !== undefined && !/^\d{1,9}$/.test(maxUsers)) {
    return new Refusal(Errcode.request, `max_users: ${shown(maxUsers)} is not a number of occupants`);
  }
  return await inRoom(context, call.room, (scope) => {
    try {
      reconfigure(scope, fieldsOf(call, owner), {});
      return undefined;
    } catch (error) {
      // The form refuses numbers above the service's limit (rooms.max_occupants).
      if (!(error instanceof StanzaError) || error.condition !== "not-acceptable") throw error;
      return new Refusal(
        Errcode.request,
        `max_users: a room here takes from 1 to ${context.muc.config.max_occupants}`,
      );
    }
  });
}
