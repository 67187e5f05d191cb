/**
 * Invites absent members (rooms.absent_members): the first message that a member misses is sent as an invitation. A
 * member is invited once, and never after having been inside: the client of a user who hasn't left enters again by
 * itself, and whoever has left did so on purpose or was removed.
 */
import type { RoomScope } from "../context.js";
import { cut } from "../wire/text.js";
import type { Feature, SentMessage } from "./feature.js";
import { inviteDirectly, shownInviterOf, joinLink, nameOf } from "./invitations/direct.js";

const QUOTED = 500;

export const absentMembers: Feature = {
  onMessage: (scope, said) => {
    const { kind, isForbidden } = said.keeping;
    // An announcement of the service itself would invite to every room.
    const isService = said.speaker.account.local === undefined;
    if (kind === "text" && !isForbidden && !isService) inviteAbsent(scope, said);
  },
};

function inviteAbsent(scope: RoomScope, { speaker, message }: SentMessage): void {
  const { context, room } = scope;
  const { persistent, membersOnly } = room.options;
  if (context.config.absent_members === "off" || !persistent || !membersOnly) return;
  const { bare } = speaker.account;
  const absent = room.absentMembers.filter((jid) => jid !== bare.text);
  if (absent.length === 0) return;
  const text = message.getChildText("body") ?? "";
  const reason = `${speaker.nick.text}: ${text.length > QUOTED ? `${cut(text, QUOTED)}…` : text}`;
  const body = `${nameOf(room)} ${joinLink(room)}\n${reason}`;
  inviteDirectly(scope, { from: shownInviterOf(context, room, bare), body, reason }, absent);
}
