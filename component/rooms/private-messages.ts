/** Messages to one occupant (XEP-0045 §7.5): to all their sessions, never stored. */
import type { Inbound } from "../router.js";
import { xml } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { roleIsAtLeast, type Role } from "./affiliation.js";
import { attributesSaid, childrenSaid } from "./claims.js";
import type { RoomContext } from "./context.js";
import { failure } from "./failure.js";
import type { Feature } from "./feature.js";
import { choiceField } from "./fields.js";
import { speakerIn } from "./messages.js";
import { keyOf } from "./nick.js";
import { MUC } from "./ns.js";
import type { Options } from "./options.js";
import { occupantId } from "./stable-ids.js";
import type { Turn } from "./turn.js";

/** The least role of those who may send them; undefined: nobody. */
const NEEDED: Readonly<Record<Options["allowPm"], Role | undefined>> = {
  anyone: "visitor",
  participants: "participant",
  moderators: "moderator",
  none: undefined,
};

/** @throws StanzaError */
export function whisper(context: RoomContext, turn: Turn, { stanza, from, to }: Inbound<"occupant">): void {
  const { messageBytes, rooms } = context;
  const room = rooms.get(to.room);
  const sender = speakerIn(room, from);
  if (stanza.attrs.type === "groupchat") {
    throw failure(room.jid, "modify", "bad-request", "Messages of type groupchat go to the room itself.");
  }
  const needed = NEEDED[room.options.allowPm];
  if (needed === undefined || !roleIsAtLeast(sender.role, needed)) {
    throw failure(room.jid, "auth", "forbidden", "You may not send private messages here.");
  }
  const receiver = room.occupants.get(keyOf(to.jid.resource));
  if (receiver === undefined) {
    throw failure(room.jid, "cancel", "item-not-found", "There is nobody of this nickname.");
  }
  const message = xml(
    "message",
    { ...attributesSaid(stanza), from: sender.jid.text, to: undefined },
    ...childrenSaid(room.jid, stanza),
    occupantId(sender.id),
    xml("x", MUC.user),
  );
  const text = serialise(message);
  if (Buffer.byteLength(text) > messageBytes) {
    throw failure(
      room.jid,
      "modify",
      "policy-violation",
      `Messages of more than ${messageBytes} bytes are refused.`,
    );
  }
  turn.tellText(text, [...receiver.sessions.keys()], { kind: "message", sender: room.jid.text });
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
