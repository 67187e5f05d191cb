/** Messages to one occupant (XEP-0045 §7.5): to all their sessions, never stored. */
import { keyOf } from "../../nick.js";
import type { Inbound } from "../../router.js";
import { xml } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { RoomScope } from "../context.js";
import { refuseLength } from "../relay/length.js";
import { senderIn } from "../relay/sender.js";
import { roleIsAtLeast, type Role } from "../room/affiliation.js";
import type { Options } from "../room/options.js";
import { occupantId } from "../room/stable-ids.js";
import { roomError } from "../wire/errors.js";
import { MUC } from "../wire/ns.js";
import { sanitisedAttributes, sanitisedChildren } from "../wire/sanitising.js";
import type { Feature } from "./feature.js";
import { choiceField } from "./fields.js";

/** The least role of those who may send them; undefined: nobody. */
const NEEDED: Readonly<Record<Options["allowPm"], Role | undefined>> = {
  anyone: "visitor",
  participants: "participant",
  moderators: "moderator",
  none: undefined,
};

/** @throws StanzaError */
export function sendPrivately(scope: RoomScope, { stanza, from, to }: Inbound<"occupant">): void {
  const { context, transaction, room } = scope;
  const sender = senderIn(room, from);
  if (stanza.attrs.type === "groupchat") {
    throw roomError(room.jid, "modify", "bad-request", "Messages of type groupchat go to the room itself.");
  }
  const needed = NEEDED[room.options.allowPm];
  if (needed === undefined || !roleIsAtLeast(sender.role, needed)) {
    throw roomError(room.jid, "auth", "forbidden", "You may not send private messages here.");
  }
  const receiver = room.occupants.get(keyOf(to.jid.resource));
  if (receiver === undefined) {
    throw roomError(room.jid, "cancel", "item-not-found", "There is nobody of this nickname.");
  }
  const message = xml(
    "message",
    { ...sanitisedAttributes(stanza), from: sender.jid.text, to: undefined },
    ...sanitisedChildren(room.jid, stanza),
    occupantId(sender.id),
    xml("x", MUC.user),
  );
  const text = serialise(message);
  refuseLength(room, text, context.messageBytes);
  const receivers = [...receiver.sessions.keys()];
  transaction.tellText(text, receivers, { kind: "message", sender: room.jid.text });
}

export const privateMessages: Feature = {
  fields: () => [
    choiceField("allowPm", "muc#roomconfig_allowpm", "Who may send private messages", {
      anyone: "Everybody",
      participants: "Those who have voice",
      moderators: "Moderators",
      none: "Nobody",
    }),
  ],
  info: ({ options }) => [
    {
      name: "muc#roomconfig_allowpm",
      type: "text-single",
      label: "Who may send private messages",
      values: [options.allowPm],
    },
  ],
};
