/**
 * Nicknames that users choose or the directory assigns (rooms.names). If assigned, taken names get the id added,
 * users without an entry get their id, users of other domains their address, so that nobody can use a directory user's
 * name.
 */
import type { BareJid, Jid } from "../../addresses/address.js";
import { nickFrom, numbered, occupantJid, parseNick, type Nick } from "../../addresses/nick.js";
import { isLocal, type RoomContext } from "../context.js";
import type { Speaker } from "../features/feature.js";
import type { UserDirectory } from "../room/hats.js";
import type { Room } from "../room/room.js";

export type NameSource = Pick<UserDirectory, "namesOf">;

type Naming = Pick<RoomContext, "config" | "hosts" | "directory">;

/** The maximum length of a nickname from the directory, with an added id or address, in characters. */
const LONG = 600;

export function areAssigned({ config }: Pick<RoomContext, "config">): boolean {
  return config.names === "directory";
}

/** Returns the directory's nickname if nicknames are assigned, else `wanted`. @param room undefined if it is new */
export function assignedNick(context: Naming, room: Room | undefined, account: BareJid, wanted: Nick): Nick {
  return areAssigned(context) ? directoryNick(context, room, account) : wanted;
}

/**
 * Returns the first of these nicknames that no other account in the room has: the name in the directory, the name with
 * the id, the name with a number.
 */
function directoryNick(context: Naming, room: Room | undefined, account: BareJid): Nick {
  const id = (isLocal(context, account) ? account.local : undefined) ?? account.text;
  const listed = nickFrom(context.directory.listed(account)?.name ?? "", context.config.nick_length);
  const known = listed?.text ?? id;
  const names = [known, `${known} (${id})`, `${known} (${account.text})`];
  return firstFree(room, account, names, { base: known, longest: LONG });
}

/** Returns the first of these names that no other account in the room has, or else `base` with a number. */
function firstFree(
  room: Room | undefined,
  account: BareJid,
  names: readonly (string | undefined)[],
  { base, longest }: { readonly base: string; readonly longest: number },
): Nick {
  const isFree = (nick: Nick | undefined): nick is Nick =>
    nick !== undefined && (room?.isFree(nick, account) ?? true);
  // Not every address can be a nickname: it may be too long, or have stacked combining marks.
  for (const name of names) {
    const nick = nickFrom(name ?? "", longest);
    if (isFree(nick)) return nick;
  }
  for (let number = 2; ; number++) {
    const more = parseNick(numbered(base, number, Math.max(1, longest - 12)), longest + 12);
    if (isFree(more)) return more;
  }
}

/**
 * Returns a user's nickname, for calls and for clients that ask for it (§7.12): the occupant's nickname, or else the
 * first of these that no other account has: the reserved nickname, the names in `names`, the id.
 */
export function nickFor(context: Naming, names: NameSource, room: Room, from: Jid): Nick {
  const account = from.bare;
  const occupant = room.sessions.get(from.text) ?? room.occupantsOf(account)[0];
  if (occupant !== undefined) return occupant.nick;
  if (areAssigned(context)) return directoryNick(context, room, account);
  const reserved = room.affiliations.get(account.text)?.nick;
  return freeNick(context, room, account, [reserved, ...names.namesOf(account)]);
}

/** Returns the first of these names that no other account in the room has, or else one with the account's id. */
export function freeNick(
  { config: { nick_length } }: Pick<RoomContext, "config">,
  room: Room,
  account: BareJid,
  names: readonly (string | undefined)[],
): Nick {
  const id = account.local ?? account.domain;
  return firstFree(room, account, [...names, id, account.text], { base: id, longest: nick_length });
}

/** Makes the speaker for an account that needn't be an occupant. */
export function speakerOf(room: Room, account: BareJid, nick: Nick): Speaker {
  const jid = occupantJid(room.jid, nick);
  if (jid === undefined) throw new Error(`${nick.text} fits in no address`);
  return { jid, account, nick, id: room.occupantIdOf(account) };
}
