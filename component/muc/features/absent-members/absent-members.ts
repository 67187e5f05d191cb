/**
 * Invites absent members (rooms.absent_members): the first message that a member misses is sent as an invitation. The
 * next invitation requires that the member enters again. Members who left on purpose or were removed get none.
 */
import type { FullJid } from "../../../address.js";
import type { RoomContext, RoomScope } from "../../context.js";
import type { Room } from "../../room/room.js";
import type { RoomView } from "../../room/room-view.js";
import { cut } from "../../wire/text.js";
import { joinLink, nameOf } from "../invitations/texts.js";
import type { Feature, SentMessage } from "../feature.js";
import { inviteDirectly, shownInviterOf } from "../invitations/direct.js";

/** How many characters of the message an invitation quotes. */
const QUOTED = 500;

export const absentMembers: Feature = {
  onMessage: (scope, said) => {
    const { kind, isForbidden } = said.keeping;
    // An announcement of the service itself would invite to every room.
    const isService = said.speaker.account.local === undefined;
    if (kind === "text" && !isForbidden && !isService) inviteAbsent(scope, said);
  },
  onDeparture: watchDeparture,
};

function inviteAbsent(scope: RoomScope, { speaker, message }: SentMessage): void {
  const { context, room } = scope;
  if (!invitesAbsent(context, room)) return;
  const { bare } = speaker.account;
  const absent = room.absentMembers.filter((jid) => jid !== bare.text);
  if (absent.length === 0) return;
  const text = message.getChildText("body") ?? "";
  const reason = `${speaker.nick.text}: ${text.length > QUOTED ? `${cut(text, QUOTED)}…` : text}`;
  const body = `${nameOf(room)} ${joinLink(room)}\n${reason}`;
  const invitation = { from: shownInviterOf(context, room, bare), body, reason };
  const invited = absent.filter((jid) => !context.departures.holdBack(room, jid, invitation));
  inviteDirectly(scope, invitation, invited);
}

/** Finds out whether a session left on purpose. Does nothing unless the next message would invite its account. */
function watchDeparture(context: RoomContext, room: Room, session: FullJid): void {
  if (!invitesAbsent(context, room) || !room.isAbsentMember(session.bare.text)) return;
  context.departures.left(room, session).catch((error: unknown) => {
    context.log.warn(
      `It is unknown why ${session.text} left ${room.jid.text}, so messages invite it: ${String(error)}`,
    );
  });
}

function invitesAbsent({ config }: RoomContext, { options }: RoomView): boolean {
  return config.absent_members !== "off" && options.persistent && options.membersOnly;
}
