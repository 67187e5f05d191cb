/** management/get_muc_opts: returns a room's name, occupant limit and owners, as QTalk did. */
import { isAccount, Jid, type AccountJid } from "../address.js";
import { Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { findRoom, type RoomName } from "./room-call.js";

export interface MucOpts {
  /** The room's address. Its domain is the one in the call, perhaps an alias. */
  readonly address: string;
  readonly maxUsers: number;
  readonly name: string;
  readonly owners: readonly AccountJid[];
}

export function getMucOpts(context: OperationContext, name: RoomName): MucOpts | Refusal {
  const room = findRoom(context, name);
  if (room instanceof Refusal) return room;
  const owners = room.affiliations.withAffiliation("owner").map(({ jid }) => Jid.parse(jid));
  return {
    address: Jid.of(room.jid.local, name.domain)?.text ?? room.jid.text,
    maxUsers: room.options.maxOccupants,
    name: room.options.name,
    owners: owners.filter((jid) => jid !== undefined && isAccount(jid)),
  };
}
