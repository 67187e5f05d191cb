/**
 * Members who are not inside miss what is said. They are sent one invitation with the text, once until they next
 * come in (contract: rooms.absent_members).
 */
import type { Element } from "../xml/builder.js";
import type { RoomContext } from "./context.js";
import { invitation } from "./invitations.js";
import type { Speaker } from "./messages.js";
import type { Room } from "./room.js";
import { cut } from "./text.js";
import type { Turn } from "./turn.js";

/** So much of the text is quoted. */
const QUOTED = 500;

export function inviteAbsent(
  context: RoomContext,
  turn: Turn,
  room: Room,
  speaker: Speaker,
  message: Element,
): void {
  const { absent_members } = context.rooms.config;
  if (absent_members === "off" || !room.options.persistent || !room.options.membersOnly) return;
  const absent = room.untold.filter((jid) => jid !== speaker.account.bare.text);
  if (absent.length === 0) return;
  const text = message.getChildText("body") ?? "";
  const quoted = text.length > QUOTED ? `${cut(text, QUOTED)}…` : text;
  const body = `${speaker.nick.text}: ${quoted}`;
  turn.tell(invitation(room, speaker.account.bare, { body }), absent);
  room.markTold(turn, absent);
}
