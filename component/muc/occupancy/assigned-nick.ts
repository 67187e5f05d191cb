/**
 * What somebody is called in a room: as they like, or as the directory has it (rooms.names). There, namesakes are told
 * apart by their ids, and those whom the directory doesn't have are called by theirs, or, from other hosts, by their
 * addresses, so that nobody can take a colleague's name.
 */
import type { BareJid, Jid } from "../../address.js";
import { nickFrom, numbered, readNick, type Nick } from "../../nick.js";
import { isLocal, type RoomContext } from "../context.js";
import type { RoomView } from "../room/room-view.js";

/** Knows the names of users. */
export interface NameSource {
  /** What a user is called, the best known name first. */
  namesOf(jid: Jid): readonly string[];
}

type Naming = Pick<RoomContext, "config" | "hosts" | "directory">;

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

/**
 * The nickname under which a program speaks for a user, and which their client is told to enter under: the one with
 * which they are inside, else the one reserved for them, else their name in the directory or in their remembered vCard,
 * else their id; never another's.
 */
export function nickFor(context: Naming, names: NameSource, room: RoomView, from: Jid): Nick {
  const { nick_length } = context.config;
  const account = from.bare;
  const inside = [...room.occupantsOf(account)].find(({ sessions }) => sessions.has(from.text));
  const occupant = inside ?? room.occupantsOf(account)[0];
  if (occupant !== undefined) return occupant.nick;
  if (areAssigned(context)) return directoryNick(context, room, account);
  const reserved = room.affiliations.get(account.text)?.nick;
  const id = account.local ?? account.domain;
  for (const name of [reserved, ...names.namesOf(account), id, account.text]) {
    const nick = name === undefined ? undefined : nickFrom(name, nick_length);
    if (nick !== undefined && room.isFree(nick, account)) return nick;
  }
  for (let number = 2; ; number++) {
    const nick = readNick(numbered(id, number, Math.max(1, nick_length - 12)), nick_length + 12);
    if (nick !== undefined && room.isFree(nick, account)) return nick;
  }
}

function* names(context: Naming, account: BareJid): Iterable<Nick> {
  const id = (isLocal(context, account) ? account.local : undefined) ?? account.text;
  const listed = nickFrom(context.directory.listed(account)?.name ?? "", context.config.nick_length);
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
