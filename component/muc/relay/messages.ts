/** What is said in a room (XEP-0045 §7.4): to everybody inside, the speaker's own sessions included. */
import type { Inbound } from "../../router.js";
import type { StanzaError } from "../../stanza-error.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { keep, keepingOf } from "../archive/keeping.js";
import type { RoomScope } from "../context.js";
import { HOOKS } from "../features.js";
import type { PossibleSpeaker, Speaker } from "../features/feature.js";
import { changeSubject, isSubject } from "../features/subject.js";
import type { RoomView } from "../room/room-view.js";
import { occupantId, stanzaId } from "../room/stable-ids.js";
import { sanitisedAttributes, sanitisedChildren } from "../wire/sanitising.js";
import { senderIn } from "./sender.js";
import { roomError } from "../wire/errors.js";

/** Says in a room what an occupant sent to it. @throws StanzaError */
export function speak(scope: RoomScope, { stanza, from }: Inbound<"room">): void {
  const { context, room } = scope;
  const occupant = senderIn(room, from);
  if (isSubject(stanza)) {
    changeSubject(scope, occupant, stanza);
    return;
  }
  const refusal = refuseSpeech(room, { affiliation: occupant.affiliation, occupant });
  if (refusal !== undefined) throw refusal;
  const message = xml("message", sanitisedAttributes(stanza), ...sanitisedChildren(room.jid, stanza));
  sendMessage(scope, occupant, message, context.messageBytes);
}

/** Why a user may not say something to everybody. */
export function refuseSpeech(room: RoomView, speaker: PossibleSpeaker): StanzaError | undefined {
  for (const refuse of HOOKS.refuseSpeech) {
    const refusal = refuse(room, speaker);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/**
 * Tells everybody inside, and stores it where it is worth it.
 * @param message its children are passed on as they are, its addresses and type are set here
 * @throws StanzaError policy-violation where it is too long
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
  for (const onMessage of HOOKS.onMessage) onMessage(scope, { speaker, message, keeping });
  const { isForbidden } = keeping;
  scope.context.watch.said(scope, { speaker, message, stanzaId: stableId.attrs.id ?? "", isForbidden });
}

/** @throws StanzaError policy-violation for a stanza of more bytes */
export function refuseLength(room: RoomView, stanza: string, most: number): void {
  if (Buffer.byteLength(stanza) <= most) return;
  const refused = `Messages of more than ${most} bytes are refused.`;
  throw roomError(room.jid, "modify", "policy-violation", refused);
}
