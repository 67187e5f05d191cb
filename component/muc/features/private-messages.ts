/** Private messages between occupants (XEP-0045 §7.5). They reach all the receiver's sessions and are never stored. */
import { nickKeyOf } from "../../addresses/nick.js";
import type { Inbound } from "../../inbound/router.js";
import { StanzaError } from "../../inbound/stanza-error.js";
import { xml } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { RoomScope } from "../context.js";
import { senderIn } from "../admin/actor.js";
import { isAtLeast, roleIsAtLeast } from "../room/affiliation.js";
import type { Occupant } from "../room/occupants.js";
import type { RoomOptions } from "../options/room-options.js";
import { occupantId } from "../room/stable-ids.js";
import { refuseLength } from "../wire/replies.js";
import { MUC } from "../wire/ns.js";
import { sanitisedAttributes, sanitisedChildren } from "../wire/sanitising.js";

/** Whether the sender may send private messages, for each value of the room option. */
const ALLOWED: Readonly<Record<RoomOptions["allowPm"], (sender: Occupant) => boolean>> = {
  anyone: () => true,
  participants: ({ role }) => roleIsAtLeast(role, "participant"),
  members: ({ affiliation }) => isAtLeast(affiliation, "member"),
  moderators: ({ role }) => role === "moderator",
  none: () => false,
};

export function sendPrivately(scope: RoomScope, { stanza, from, to }: Inbound<"occupant">): void {
  const { context, transaction, room } = scope;
  const sender = senderIn(room, from);
  if (stanza.attrs.type === "groupchat") {
    throw room.error("bad-request", "Send messages of type groupchat to the room itself.");
  }
  const receiver = room.occupants.get(nickKeyOf(to.jid.resource));
  const { allowPm, moderatorsReachable } = room.options;
  const concernsModerators = sender.role === "moderator" || receiver?.role === "moderator";
  if (!ALLOWED[allowPm](sender) && !(moderatorsReachable && concernsModerators)) {
    throw room.error("forbidden", "You may not send private messages in this room.");
  }
  const bot = room.bots.get(nickKeyOf(to.jid.resource))?.account.text;
  if (bot !== undefined) {
    const text = `This bot reads no private messages of a room. Its address is ${bot}.`;
    throw new StanzaError("cancel", "service-unavailable", text);
  }
  if (receiver === undefined) {
    throw room.error("item-not-found", "No occupant has this nickname.");
  }
  const message = xml(
    "message",
    { ...sanitisedAttributes(stanza), from: sender.jid.text, to: undefined },
    ...sanitisedChildren(room.jid, stanza),
    occupantId(sender.id),
    xml("x", MUC.user),
  );
  const text = serialise(message);
  refuseLength(room.jid, text, context.messageBytes);
  const receivers = [...receiver.sessions.keys()];
  transaction.broadcastText(text, receivers, { kind: "message", sender: room.jid.text });
}
