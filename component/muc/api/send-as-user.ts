/**
 * Speaking in a room in somebody's name (contract: send_thirdmessage and send_message to a room), whether they are
 * inside or not.
 */
import type { Jid } from "../../address.js";
import { nickFrom, numbered, occupantJid, readNick, type Nick } from "../../nick.js";
import { Errcode, Refusal } from "../../refusal.js";
import { xml, type Element } from "../../xml/builder.js";
import type { RoomContext, RoomScope } from "../context.js";
import { areAssigned, directoryNick } from "../occupancy/assigned-nick.js";
import { refuseSpeech, say } from "../relay/messages.js";
import type { RoomView } from "../room/room-view.js";
import { withoutReserved } from "../wire/sanitising.js";

/** Who knows people's names. */
export interface NameSource {
  /** What somebody is called, the best known name first. */
  namesOf(jid: Jid): readonly string[];
}

export interface UserMessage {
  readonly from: Jid;
  /** Its addresses and its type are set here. */
  readonly message: Element;
  /** By which a caller's retry is known; undefined: never taken for one. */
  readonly fingerprint: Buffer | undefined;
}

/** Why a call may not speak for somebody: they could not say it themselves, inside or after entering. */
export function refuseSender(room: RoomView, from: Jid): Refusal | undefined {
  const [occupant] = room.occupantsOf(from.bare);
  return refuseSpeech(room, { affiliation: room.affiliationOf(from), occupant }) === undefined
    ? undefined
    : new Refusal(Errcode.forbidden, "User not in Room");
}

/** Says it, or recognises that it was said before. @throws StanzaTooLarge; then nothing of it is in the transaction */
export function sendAsUser(
  scope: RoomScope,
  names: NameSource,
  { from, message, fingerprint }: UserMessage,
): void {
  const { context, room } = scope;
  if (fingerprint !== undefined && context.repeats.isKnown(scope, fingerprint)) return;
  const account = from.bare;
  const nick = nickFor(context, names, room, from);
  const jid = occupantJid(room.jid, nick);
  if (jid === undefined) throw new Error(`${nick.text} fits in no address`);
  const said = xml("message", message.attrs, ...withoutReserved(room.jid, message.children));
  say(scope, { jid, account, nick, id: room.occupantIdOf(account) }, said, Infinity);
  if (fingerprint !== undefined) context.repeats.remember(scope, fingerprint);
}

/**
 * The nickname with which somebody speaks: the one with which they are inside, else the one reserved for them, else
 * their name in the directory or in their vCard (where that is remembered), else their id; never another's.
 */
export function nickFor(context: RoomContext, names: NameSource, room: RoomView, from: Jid): Nick {
  const { nick_length } = context.config;
  const account = from.bare;
  const inside = [...room.occupantsOf(account)].find(({ sessions }) => sessions.has(from.text));
  const occupant = inside ?? room.occupantsOf(account)[0];
  if (occupant !== undefined) return occupant.nick;
  if (areAssigned(context)) return directoryNick(context, room, account);
  const reserved = room.members.get(account.text)?.nick;
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
