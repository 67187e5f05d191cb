/** What is said in a room (XEP-0045 §7.4): to everybody inside, the speaker's own sessions included. */
import { isFull, type Jid } from "../../address.js";
import type { Inbound } from "../../router.js";
import type { Element } from "../../xml/builder.js";
import { xml } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { inviteAbsent } from "../features/invitations/absent-members.js";
import { roleIsAtLeast } from "../room/affiliation.js";
import { sanitisedAttributes, sanitisedChildren } from "../wire/sanitising.js";
import type { RoomContext } from "../context.js";
import { roomError } from "../wire/errors.js";
import { keepingOf } from "../archive/keeping.js";
import type { Nick } from "../room/nick.js";
import type { Occupant } from "../room/occupant.js";
import { retractOwn } from "../features/own-retraction.js";
import type { Room } from "../room/room.js";
import { occupantId, stanzaId } from "../room/stable-ids.js";
import { changeSubject, isSubject } from "../features/subject.js";
import type { Transaction } from "../transaction.js";

/** Who speaks: an occupant, or somebody for whom a call speaks. */
export interface Speaker {
  readonly jid: Jid;
  readonly account: Jid;
  readonly nick: Nick;
  /** Their occupant-id. */
  readonly id: string;
}

/** Says in a room what an occupant sent to it. @throws StanzaError */
export function speak(
  context: RoomContext,
  transaction: Transaction,
  { stanza, from, to }: Inbound<"room">,
): void {
  const room = context.rooms.get(to.jid);
  const occupant = speakerIn(room, from);
  if (isSubject(stanza)) {
    changeSubject(context, transaction, room, occupant, stanza);
    return;
  }
  if (!roleIsAtLeast(occupant.role, "participant")) {
    throw roomError(room.jid, "auth", "forbidden", "Visitors may not speak here.");
  }
  const message = xml("message", sanitisedAttributes(stanza), ...sanitisedChildren(room.jid, stanza));
  say(context, transaction, room, occupant, message, context.messageBytes);
}

/** The occupant that a session is. @throws StanzaError not-acceptable for those outside */
export function speakerIn(room: Room, from: Jid): Occupant {
  const occupant = isFull(from) ? room.sessions.get(from.text) : undefined;
  if (occupant === undefined)
    throw roomError(room.jid, "modify", "not-acceptable", "You are not in this room.");
  return occupant;
}

/**
 * Tells everybody inside, and stores it where it is worth it.
 * @param message its children are passed on as they are, its addresses and type are set here
 * @throws StanzaError policy-violation where it is too long
 */
export function say(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  speaker: Speaker,
  message: Element,
  maxBytes: number,
): void {
  const id = transaction.nextStanzaId();
  const keeping = keepingOf(room, message);
  const stanza = serialise(
    xml(
      "message",
      { ...message.attrs, from: speaker.jid.text, to: undefined, type: "groupchat" },
      ...message.children,
      occupantId(speaker.id),
      stanzaId(room.jid, id, keeping.kept),
    ),
  );
  if (Buffer.byteLength(stanza) > maxBytes) {
    throw roomError(
      room.jid,
      "modify",
      "policy-violation",
      `Messages of more than ${maxBytes} bytes are refused.`,
    );
  }
  transaction.tellText(stanza, room.recipients, { kind: "message", sender: room.jid.text });
  if (keeping.kept || keeping.said) {
    transaction.archive(room, keeping, { id, sender: speaker.account.text, nick: speaker.nick.text, stanza });
  }
  if (keeping.kind === "retraction")
    retractOwn(context, transaction, room, { sender: speaker.account.text, message });
  if (keeping.kind === "text" && !keeping.isForbidden)
    inviteAbsent(context, transaction, room, speaker, message);
}
