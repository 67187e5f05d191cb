/**
 * Sends messages to all occupants of a room (XEP-0045 §7.4), including the sender's own sessions: messages of occupants,
 * and of calls in the names of users, occupants or not.
 */
import type { Jid } from "../../addresses/address.js";
import type { Inbound } from "../../inbound/router.js";
import type { StanzaError } from "../../inbound/stanza-error.js";
import { xml, type Element } from "../../xml/builder.js";
import { broadcastMessage, keepingOf } from "../archive/keeping.js";
import type { RoomScope } from "../context.js";
import { firstResult, hooksOf } from "../features.js";
import type { PossibleSpeaker, Speaker, Speech } from "../features/feature.js";
import { changeSubject, isSubject } from "../features/subject.js";
import { nickFor, speakerOf, type NameSource } from "../occupancy/assigned-nick.js";
import type { RoomView } from "../room/room-view.js";
import { occupantId } from "../room/stable-ids.js";
import { sanitisedAttributes, sanitisedChildren, withoutReserved } from "../wire/sanitising.js";
import { senderIn } from "../admin/actor.js";
import { raise } from "../wire/replies.js";
import { refuse, type Refusal } from "../../refusal.js";

/** Handles a groupchat message: a message for all, or a new subject. @throws StanzaError if it is refused */
export function speak(scope: RoomScope, { stanza, from }: Inbound<"room">): void {
  const { context, room } = scope;
  const occupant = senderIn(room, from);
  if (isSubject(stanza)) {
    changeSubject(scope, occupant, stanza);
    return;
  }
  const { affiliation } = occupant;
  raise(refuseSpeech(room, { affiliation, occupant }, { message: stanza, by: "occupant" }));
  const message = xml("message", sanitisedAttributes(stanza), ...sanitisedChildren(room.jid, stanza));
  sendMessage(scope, occupant, message, context.messageBytes);
}

function refuseSpeech(room: RoomView, speaker: PossibleSpeaker, speech: Speech): StanzaError | undefined {
  return firstResult(hooksOf("refuseSpeech"), (refuse) => refuse(room, speaker, speech));
}

/**
 * Sends a message to all occupants, and stores it if messages of its kind are stored. The message's addresses and type
 * are replaced; its children are sent unchanged.
 * @throws StanzaError policy-violation if it has more than `maxBytes` bytes
 */
export function sendMessage(scope: RoomScope, speaker: Speaker, message: Element, maxBytes: number): void {
  const keeping = keepingOf(scope.room, message);
  const attrs = { ...message.attrs, from: speaker.jid.text, to: undefined, type: "groupchat" };
  const build = (stableId: Element): Element =>
    xml("message", attrs, ...message.children, occupantId(speaker.id), stableId);
  const stanzaId = broadcastMessage(scope, { keeping, author: speaker, maxBytes }, build);
  for (const onMessage of hooksOf("onMessage")) onMessage(scope, { speaker, message, keeping });
  const { isForbidden } = keeping;
  scope.context.watch.said(scope, { speaker, message, stanzaId, isForbidden });
}

/** A message that a call sends in a user's name (send_thirdmessage, send_message). */
export interface UserMessage {
  readonly from: Jid;
  /** The message; its addresses and type are replaced. */
  readonly message: Element;
  /** The fingerprint for deduplication; undefined: no deduplication. */
  readonly fingerprint: Buffer | undefined;
}

/** Returns a refusal if the user may not send the message to the room, as an occupant or after entering. */
export function refuseSender(
  room: RoomView,
  { from, message }: Pick<UserMessage, "from" | "message">,
): Refusal | undefined {
  const [occupant] = room.occupantsOf(from.bare);
  const speaker = { affiliation: room.affiliationOf(from), occupant };
  const error = refuseSpeech(room, speaker, { message, by: "call" });
  return error && refuse.forbidden(error.message);
}

/** Sends a user's message, unless it repeats an earlier one. @throws StanzaTooLarge; nothing is changed then */
export function sendAsUser(
  scope: RoomScope,
  names: NameSource,
  { from, message, fingerprint }: UserMessage,
): void {
  const { context, transaction, room } = scope;
  const send = (): void =>
    sendAs(scope, speakerOf(room, from.bare, nickFor(context, names, room, from)), message);
  if (fingerprint === undefined) send();
  else context.transactions.once(transaction, room, fingerprint, send);
}

/** Sends a message of a user or a bot. @throws StanzaTooLarge; the transaction is unchanged then */
export function sendAs(scope: RoomScope, speaker: Speaker, message: Element): void {
  const said = xml("message", message.attrs, ...withoutReserved(scope.room.jid, message.children));
  sendMessage(scope, speaker, said, Infinity);
}
