/**
 * Speaking in a room in somebody's name (contract: send_thirdmessage and send_message to a room), whether they are
 * inside or not.
 */
import type { Jid } from "../address.js";
import { Errcode, Refusal } from "../refusal.js";
import { xml, type Element } from "../xml/builder.js";
import { isAtLeast, roleIsAtLeast } from "./affiliation.js";
import { withoutClaims } from "./claims.js";
import type { RoomContext } from "./context.js";
import { say } from "./messages.js";
import { nickFrom, occupantJid, readNick, type Nick } from "./nick.js";
import type { Room } from "./room.js";
import type { Turn } from "./turn.js";

/** Who knows people's names. */
export interface NameSource {
  /** What somebody is called, the best known name first. */
  namesOf(jid: Jid): readonly string[];
}

export interface Speech {
  readonly room: Room;
  readonly from: Jid;
  /** Its addresses and its type are set here. */
  readonly message: Element;
  /** By which a caller's retry is known; undefined: never taken for one. */
  readonly fingerprint: Buffer | undefined;
}

/** Whether somebody may speak: members and more; others where the room is open to them and they have voice. */
export function refuseSpeaker(room: Room, from: Jid): Refusal | undefined {
  const affiliation = room.affiliationOf(from);
  const { membersOnly, moderated } = room.options;
  const [occupant] = room.occupantsOf(from.bare);
  const hasVoice = occupant === undefined ? !moderated : roleIsAtLeast(occupant.role, "participant");
  const isOpen = !membersOnly && !room.isLocked && affiliation !== "outcast" && hasVoice;
  const isMember = isAtLeast(affiliation, "member") && (occupant === undefined || hasVoice);
  return isMember || isOpen ? undefined : new Refusal(Errcode.forbidden, "User not in Room");
}

/** Says it, or recognises that it was said before. */
export function speakFor(context: RoomContext, turn: Turn, names: NameSource, speech: Speech): void {
  const { room, from, message, fingerprint } = speech;
  if (fingerprint !== undefined && isRepeat(context, turn, room, fingerprint)) return;
  const account = from.bare;
  const nick = nickFor(context, names, room, from);
  const jid = occupantJid(room.jid, nick);
  if (jid === undefined) throw new Error(`${nick.text} fits in no address`);
  const said = xml("message", message.attrs, ...withoutClaims(room.jid, message.children));
  say(context, turn, room, { jid, account, nick, id: room.occupantIdOf(account) }, said, Infinity);
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
function isRepeat(context: RoomContext, turn: Turn, room: Room, fingerprint: Buffer): boolean {
  const { stores, repeats } = context.rooms;
  const key = fingerprint.toString("base64");
  if (repeats.has(key)) {
    turn.write(room, (inside) => {
      if (!inside.fingerprints.isKnown(fingerprint, turn.at))
        throw new Error("the call that it repeats was not stored");
    });
    return true;
  }
  if (stores.fingerprints.isKnown(fingerprint, turn.at)) return true;
  repeats.add(key);
  turn.whenDone(() => repeats.delete(key));
  turn.write(room, (inside) => inside.fingerprints.remember(fingerprint, turn.at));
  return false;
}
