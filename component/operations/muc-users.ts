/** muc_users: a room's owners, administrators and members, in the order in which they came. */
import { Jid } from "../address.js";
import { Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { findRoom, type RoomName } from "./room-call.js";

export interface MucUser {
  readonly user: string;
  readonly host: string;
  /** Their name, or else their id. */
  readonly name: string;
}

export function mucUsers(context: OperationContext, name: RoomName): MucUser[] | Refusal {
  const room = findRoom(context, name);
  if (room instanceof Refusal) return room;
  return room.members.atLeastMembers().flatMap(({ jid: text }) => {
    const jid = Jid.parse(text);
    if (jid?.local === undefined) return [];
    return [{ user: jid.local, host: jid.domain, name: context.directory.displayName(jid) ?? jid.local }];
  });
}
