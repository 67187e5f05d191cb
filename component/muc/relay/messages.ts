/** Sends messages to all occupants of a room (XEP-0045 §7.4), including the sender's own sessions. */
import type { Inbound } from "../../inbound/router.js";
import type { StanzaError } from "../../inbound/stanza-error.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { keep, keepingOf } from "../archive/keeping.js";
import type { RoomScope } from "../context.js";
import { firstResult, hooksOf } from "../features.js";
import type { PossibleSpeaker, Speaker, Speech } from "../features/feature.js";
import { changeSubject, isSubject } from "../features/subject.js";
import type { RoomView } from "../room/room-view.js";
import { occupantId, stanzaId } from "../room/stable-ids.js";
import { sanitisedAttributes, sanitisedChildren } from "../wire/sanitising.js";
import { senderIn } from "../admin/actor.js";
import { raise, roomError } from "../wire/replies.js";

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

export function refuseSpeech(
  room: RoomView,
  speaker: PossibleSpeaker,
  speech: Speech,
): StanzaError | undefined {
  return firstResult(hooksOf("refuseSpeech"), (refuse) => refuse(room, speaker, speech));
}

/**
 * Sends a message to all occupants, and stores it if messages of its kind are stored. The message's addresses and type
 * are replaced; its children are sent unchanged.
 * @throws StanzaError policy-violation if it has more than `maxBytes` bytes
 */
export function sendMessage(scope: RoomScope, speaker: Speaker, message: Element, maxBytes: number): void {
  const { transaction, room } = scope;
  const id = transaction.nextStanzaId();
  const keeping = keepingOf(room, message);
  const stableId = stanzaId(room.jid, id, keeping.kept);
  const stanza = serialise(
    xml(
      "message",
      { ...message.attrs, from: speaker.jid.text, to: undefined, type: "groupchat" },
      ...message.children,
      occupantId(speaker.id),
      stableId,
    ),
  );
  refuseLength(room, stanza, maxBytes);
  transaction.broadcastText(stanza, room.recipients, { kind: "message", sender: room.jid.text });
  keep(scope, keeping, { id, sender: speaker.account.text, nick: speaker.nick.text, stanza }, message);
  for (const onMessage of hooksOf("onMessage")) onMessage(scope, { speaker, message, keeping });
  const { isForbidden } = keeping;
  scope.context.watch.said(scope, { speaker, message, stanzaId: stableId.attrs.id ?? "", isForbidden });
}

/** Refuses long messages. @throws StanzaError policy-violation if the stanza has more than `most` bytes */
export function refuseLength(room: RoomView, stanza: string, most: number): void {
  if (Buffer.byteLength(stanza) <= most) return;
  throw roomError(room.jid, "policy-violation", `A message may have at most ${most} bytes.`);
}
