/** muc_users: a room's owners, administrators and members, in the order in which they came. */
import { Jid } from "../address.js";
import { inSlices } from "../pace.js";
import { Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { findRoom, type RoomName } from "./room-call.js";

export interface MucUser {
  readonly user: string;
  readonly host: string;
  /** Their name, or else their id. */
  readonly name: string;
}

export async function mucUsers(context: OperationContext, name: RoomName): Promise<MucUser[] | Refusal> {
  const room = findRoom(context, name);
  if (room instanceof Refusal) return room;
  const users = await inSlices(room.members.atLeastMembers(), ({ jid: text }): MucUser[] => {
    const jid = Jid.parse(text);
    if (jid?.local === undefined) return [];
    return [{ user: jid.local, host: jid.domain, name: context.directory.displayName(jid) ?? jid.local }];
  });
  return users.flat();
}
