/** muc_users: lists a room's owners, administrators and members, the oldest first. */
import { isAccount, Jid } from "../address.js";
import { mapInSlices } from "../meter.js";
import { Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { findRoom, type RoomName } from "./room-call.js";

export interface MucUser {
  readonly user: string;
  readonly host: string;
  /** The user's name; the id if the name is unknown. */
  readonly name: string;
}

/** How many names are looked up in one query. */
const AT_ONCE = 250;

export async function mucUsers(context: OperationContext, name: RoomName): Promise<MucUser[] | Refusal> {
  const room = findRoom(context, name);
  if (room instanceof Refusal) return room;
  const members = room.affiliations.atLeastMembers();
  const starts = Array.from({ length: Math.ceil(members.length / AT_ONCE) }, (_, i) => i * AT_ONCE);
  const users = await mapInSlices(starts, (start) => {
    return usersOf(
      context,
      members.slice(start, start + AT_ONCE).map(({ jid }) => jid),
    );
  });
  return users.flat();
}

function usersOf({ directory }: OperationContext, texts: readonly string[]): MucUser[] {
  const jids = texts.map((text) => Jid.parse(text)).filter((jid) => jid !== undefined && isAccount(jid));
  const names = directory.displayNames(jids);
  return jids.map(({ local, domain, text }) => ({
    user: local,
    host: domain,
    name: names.get(text) ?? local,
  }));
}
