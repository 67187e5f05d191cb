/**
 * Speaking in a room in somebody's name (contract: send_thirdmessage and send_message to a room), whether they are
 * inside or not.
 */
import type { Jid } from "../../address.js";
import { Errcode, Refusal } from "../../refusal.js";
import { xml, type Element } from "../../xml/builder.js";
import { isAtLeast, roleIsAtLeast } from "../room/affiliation.js";
import { withoutReserved } from "../wire/sanitising.js";
import type { RoomContext } from "../context.js";
import { say } from "../relay/messages.js";
import { nickFrom, occupantJid, readNick, type Nick } from "../room/nick.js";
import type { Room } from "../room/room.js";
import type { Transaction } from "../transaction.js";

/** Who knows people's names. */
export interface NameSource {
  /** What somebody is called, the best known name first. */
  namesOf(jid: Jid): readonly string[];
}

export interface UserMessage {
  readonly room: Room;
  readonly from: Jid;
  /** Its addresses and its type are set here. */
  readonly message: Element;
  /** By which a caller's retry is known; undefined: never taken for one. */
  readonly fingerprint: Buffer | undefined;
}

/** Whether somebody may speak: members and more; others where the room is open to them and they have voice. */
export function refuseSender(room: Room, from: Jid): Refusal | undefined {
  const affiliation = room.affiliationOf(from);
  const { membersOnly, moderated } = room.options;
  const [occupant] = room.occupantsOf(from.bare);
  const hasVoice = occupant === undefined ? !moderated : roleIsAtLeast(occupant.role, "participant");
  const isOpen = !membersOnly && !room.isLocked && affiliation !== "outcast" && hasVoice;
  const isMember = isAtLeast(affiliation, "member") && (occupant === undefined || hasVoice);
  return isMember || isOpen ? undefined : new Refusal(Errcode.forbidden, "User not in Room");
}

/** Says it, or recognises that it was said before. */
export function sendAsUser(
  context: RoomContext,
  transaction: Transaction,
  names: NameSource,
  userMessage: UserMessage,
): void {
  const { room, from, message, fingerprint } = userMessage;
  if (fingerprint !== undefined && isRepeat(context, transaction, room, fingerprint)) return;
  const account = from.bare;
  const nick = nickFor(context, names, room, from);
  const jid = occupantJid(room.jid, nick);
  if (jid === undefined) throw new Error(`${nick.text} fits in no address`);
  const said = xml("message", message.attrs, ...withoutReserved(room.jid, message.children));
  say(context, transaction, room, { jid, account, nick, id: room.occupantIdOf(account) }, said, Infinity);
}

/**
 * The nickname somebody speaks with: that with which they are inside, else the one reserved for them, their name in
 * the company's list, in their vCard as far as it is remembered, or their id; never one that is another's.
 */
export function nickFor(context: RoomContext, names: NameSource, room: Room, from: Jid): Nick {
  const { nick_length } = context.rooms.config;
  const account = from.bare;
  const inside = [...room.occupantsOf(account)].find(({ sessions }) => sessions.has(from.text));
  const occupant = inside ?? room.occupantsOf(account)[0];
  if (occupant !== undefined) return occupant.nick;
  const reserved = room.members.get(account.text)?.nick;
  const id = account.local ?? account.domain;
  for (const name of [reserved, ...names.namesOf(account), id, account.text]) {
    const nick = name === undefined ? undefined : nickFrom(name, nick_length);
    if (nick !== undefined && room.isFree(nick, account)) return nick;
  }
  for (let number = 2; ; number++) {
    const nick = nickFrom(id, Math.max(1, nick_length - 12));
    const numbered = readNick(`${nick?.text ?? "?"} (${number})`, nick_length + 12);
    if (numbered !== undefined && room.isFree(numbered, account)) return numbered;
  }
}

/**
 * Whether a call was made before. Where that call isn't committed yet, this one is done with it or fails with it.
 */
function isRepeat(context: RoomContext, transaction: Transaction, room: Room, fingerprint: Buffer): boolean {
  const { stores, repeats } = context.rooms;
  const key = fingerprint.toString("base64");
  if (repeats.has(key)) {
    transaction.write(room, (inside) => {
      if (!inside.fingerprints.isKnown(fingerprint, transaction.at))
        throw new Error("the call that it repeats was not stored");
    });
    return true;
  }
  if (stores.fingerprints.isKnown(fingerprint, transaction.at)) return true;
  repeats.add(key);
  transaction.whenDone(() => repeats.delete(key));
  transaction.write(room, (inside) => inside.fingerprints.remember(fingerprint, transaction.at));
  return false;
}
