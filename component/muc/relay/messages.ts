/**
 * Sends messages to all occupants of a room (XEP-0045 §7.4), including the sender's own sessions: messages of occupants,
 * and of calls in the names of users, occupants or not.
 */
import type { Jid } from "../../addresses/address.js";
import type { Inbound } from "../../inbound/router.js";
import type { StanzaError } from "../../inbound/stanza-error.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { broadcastMessage, keepingOf, messageKindOf } from "../archive/what-is-kept.js";
import type { RoomScope } from "../context.js";
import { firstResult, hooksOf } from "../features.js";
import type { Speaker, Speech } from "../features/feature.js";
import { changeSubject, isSubject } from "../features/subject.js";
import { nickFor, speakerOf, type NameSource } from "../occupancy/assigned-nick.js";
import { occupantId, stanzaId } from "../room/stable-ids.js";
import { sanitisedAttributes, sanitisedChildren, withoutReserved } from "../wire/sanitising.js";
import { senderIn } from "../admin/actor.js";
import { raise } from "../wire/replies.js";

/** Handles a groupchat message: a message for all, or a new subject. @throws StanzaError if it is refused */
export function speak(scope: RoomScope, { stanza, from }: Inbound<"room">): void {
  const { context, room } = scope;
  const occupant = senderIn(room, from);
  if (isSubject(stanza)) {
    changeSubject(scope, occupant, stanza);
    return;
  }
  const { account, affiliation } = occupant;
  raise(refuseSpeech(scope, { account, affiliation, occupant, message: stanza, by: "occupant" }));
  const message = xml("message", sanitisedAttributes(stanza), ...sanitisedChildren(room.jid, stanza));
  relayMessage(scope, occupant, message, context.messageBytes);
}

function refuseSpeech(scope: RoomScope, said: Omit<Speech, "kind">): StanzaError | undefined {
  const speech: Speech = {
    ...said,
    get kind() {
      return messageKindOf(said.message);
    },
  };
  return firstResult(hooksOf("refuseSpeech"), (refuse) => refuse(scope, speech));
}

/**
 * Sends a message to all occupants, and stores it if messages of its kind are stored. The message's addresses and type
 * are replaced; its children are sent unchanged.
 * @returns the message's stanza-id
 * @throws StanzaError policy-violation if it has more than `maxBytes` bytes
 */
export function relayMessage(scope: RoomScope, speaker: Speaker, message: Element, maxBytes: number): string {
  const keeping = keepingOf(scope.room, message);
  const build = (stableId: Element): Element => builtMessage(speaker, message, stableId);
  const sentId = broadcastMessage(scope, { keeping, author: speaker, maxBytes }, build);
  for (const onMessage of hooksOf("onMessage")) onMessage(scope, { speaker, message, keeping });
  const { isForbidden } = keeping;
  scope.context.watch.said(scope, { speaker, message, stanzaId: sentId, isForbidden });
  return sentId;
}

function builtMessage({ jid, id }: Addressed, { attrs, children }: Element, stableId: Element): Element {
  const sent = { ...attrs, from: jid.text, to: undefined, type: "groupchat" };
  return xml("message", sent, ...children, occupantId(id), stableId);
}

/** The part of a speaker that messages contain. */
type Addressed = Pick<Speaker, "jid" | "id">;

/**
 * Checks a message's size before anything is changed: whoever aborts a transaction after a change makes others' uncommitted
 * work in the room fail. @throws StanzaTooLarge
 */
export function mustFitRoom({ transaction, room }: RoomScope, speaker: Addressed, message: Element): void {
  const said = xml("message", message.attrs, ...withoutReserved(room.jid, message.children));
  const longest = stanzaId(room.jid, Number.MAX_SAFE_INTEGER, true);
  transaction.mustFitBroadcast(serialise(builtMessage(speaker, said, longest)));
}

/** A message that a call sends in a user's name (send_thirdmessage, send_message). */
export interface UserMessage {
  readonly from: Jid;
  /** The message; its addresses and type are replaced. */
  readonly message: Element;
  /** The fingerprint for deduplication; undefined: no deduplication. */
  readonly fingerprint: Buffer | undefined;
}

/** Returns the error if the user may not send the message to the room, as an occupant or after entering. */
export function refuseSender(
  scope: RoomScope,
  { from, message }: Pick<UserMessage, "from" | "message">,
): StanzaError | undefined {
  const { room } = scope;
  const [occupant] = room.occupantsOf(from.bare);
  const sender = { account: from.bare, affiliation: room.affiliationOf(from), occupant };
  return refuseSpeech(scope, { ...sender, message, by: "call" });
}

/**
 * Sends a user's message, unless it repeats an earlier one.
 * @returns the error if the user may not send it; nothing is changed then @throws StanzaTooLarge; as if not called
 */
export function sendAsUser(
  scope: RoomScope,
  names: NameSource,
  { from, message, fingerprint }: UserMessage,
): StanzaError | undefined {
  const { context, transaction, room } = scope;
  return context.transactions.once(transaction, room, fingerprint, () => {
    const refused = refuseSender(scope, { from, message });
    if (refused === undefined) sendAs(scope, userSpeaking(scope, names, from), message);
    return refused;
  });
}

/** Returns a user as the sender of messages: with the nickname inside, or the one that the user would get. */
export function userSpeaking({ context, room }: RoomScope, names: NameSource, user: Jid): Speaker {
  return speakerOf(room, user.bare, nickFor(context, names, room, user));
}

/** Sends a message of a user or a bot. @returns its stanza-id @throws StanzaTooLarge; the transaction is unchanged then */
export function sendAs(scope: RoomScope, speaker: Speaker, message: Element): string {
  const said = xml("message", message.attrs, ...withoutReserved(scope.room.jid, message.children));
  return relayMessage(scope, speaker, said, Infinity);
}
