/**
 * What somebody is called in a room: as they like, or as the directory has it (rooms.names). There, namesakes are told
 * apart by their ids, and those whom the directory doesn't have are called by theirs, or, from other hosts, by their
 * addresses, so that nobody can take a colleague's name.
 */
import type { BareJid } from "../../address.js";
import { nickFrom, numbered, type Nick } from "../../nick.js";
import { isLocal, type RoomContext } from "../context.js";
import type { RoomView } from "../room/room-view.js";

type Naming = Pick<RoomContext, "config" | "hosts" | "company">;

/** As long as an id that is added to a name can be. */
const LONG = 600;

/** Whether people are called as the directory has it, whatever they would like. */
export function areAssigned({ config }: Pick<RoomContext, "config">): boolean {
  return config.names === "directory";
}

/** @param room undefined where they are its first */
export function assignedNick(
  context: Naming,
  room: RoomView | undefined,
  account: BareJid,
  wanted: Nick,
): Nick {
  return areAssigned(context) ? directoryNick(context, room, account) : wanted;
}

/** What the directory calls somebody, as far as nobody else in the room is called so. */
export function directoryNick(context: Naming, room: RoomView | undefined, account: BareJid): Nick {
  for (const name of names(context, account)) {
    if (room === undefined || room.isFree(name, account)) return name;
  }
  throw new Error("there is always another number");
}

function* names(context: Naming, account: BareJid): Iterable<Nick> {
  const id = (isLocal(context, account) ? account.local : undefined) ?? account.text;
  const listed = nickFrom(context.company.listed(account)?.name ?? "", context.config.nick_length);
  const known = listed?.text ?? id;
  const tried = [known, `${known} (${id})`, `${known} (${account.text})`];
  for (const text of tried) {
    const nick = nickFrom(text, LONG);
    if (nick !== undefined) yield nick;
  }
  // An address need not be one that can be a nickname: it may be too long, or have marks piled up.
  for (let number = 2; ; number++) {
    const nick = nickFrom(numbered(known, number), LONG);
    if (nick !== undefined) yield nick;
  }
}
