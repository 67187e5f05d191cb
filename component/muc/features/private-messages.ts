/** Private messages between occupants (XEP-0045 §7.5). They reach all the receiver's sessions and are never stored. */
import { keyOf } from "../../addresses/nick.js";
import type { Inbound } from "../../inbound/router.js";
import { xml } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { RoomScope } from "../context.js";
import { senderIn } from "../admin/actor.js";
import { refusePrivateToBot } from "./bots.js";
import { isAtLeast, roleIsAtLeast } from "../room/affiliation.js";
import type { Occupant } from "../room/occupants.js";
import type { RoomOptions } from "../options/room-options.js";
import type { RoomView } from "../room/room-view.js";
import { occupantId } from "../room/stable-ids.js";
import { refuseLength, roomError } from "../wire/replies.js";
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

function mayWrite({ options }: RoomView, sender: Occupant, receiver: Occupant | undefined): boolean {
  const concernsModerators = sender.role === "moderator" || receiver?.role === "moderator";
  return ALLOWED[options.allowPm](sender) || (options.moderatorsReachable && concernsModerators);
}

export function sendPrivately(scope: RoomScope, { stanza, from, to }: Inbound<"occupant">): void {
  const { context, transaction, room } = scope;
  const sender = senderIn(room, from);
  if (stanza.attrs.type === "groupchat") {
    throw roomError(room.jid, "bad-request", "Send messages of type groupchat to the room itself.");
  }
  const receiver = room.occupants.get(keyOf(to.jid.resource));
  if (!mayWrite(room, sender, receiver)) {
    throw roomError(room.jid, "forbidden", "You may not send private messages in this room.");
  }
  const bot = room.bots.get(keyOf(to.jid.resource));
  if (bot !== undefined) throw refusePrivateToBot(bot);
  if (receiver === undefined) {
    throw roomError(room.jid, "item-not-found", "No occupant has this nickname.");
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
