/** Sends messages to rooms in the names of users, occupants or not (calls send_thirdmessage, send_message). */
import type { Jid } from "../../addresses/address.js";
import { Refusal, refuse } from "../../refusal.js";
import { xml, type Element } from "../../xml/builder.js";
import type { RoomScope } from "../context.js";
import type { Speaker } from "../features/feature.js";
import { nickFor, speakerOf, type NameSource } from "../occupancy/assigned-nick.js";
import { refuseSpeech, sendMessage } from "../relay/messages.js";
import type { RoomView } from "../room/room-view.js";
import { withoutReserved } from "../wire/sanitising.js";

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
  const { context, room } = scope;
  if (fingerprint !== undefined && context.repeats.isKnown(scope, fingerprint)) return;
  sendAs(scope, speakerOf(room, from.bare, nickFor(context, names, room, from)), message);
  if (fingerprint !== undefined) context.repeats.remember(scope, fingerprint);
}

/** Sends a message of a user or a bot. @throws StanzaTooLarge; the transaction is unchanged then */
export function sendAs(scope: RoomScope, speaker: Speaker, message: Element): void {
  const said = xml("message", message.attrs, ...withoutReserved(scope.room.jid, message.children));
  sendMessage(scope, speaker, said, Infinity);
}
