/**
 * Invites absent members by messages (rooms.absent_members): the first message that a member misses is sent as an invitation.
 * A member is invited once. The clients of most members who were inside enter again by themselves; a member who has been away
 * for rooms.invite_again hours is invited once more, as the client may have forgotten the room, but not if the room is among
 * the user's bookmarks (bookmarks.ts). Nobody is who was kicked.
 */
import { Jid, type AccountJid } from "../../../addresses/address.js";
import { inBackground } from "../../../background.js";
import type { RoomContext, RoomScope } from "../../context.js";
import { isAtLeast } from "../../room/affiliation.js";
import type { Room } from "../../room/room.js";
import type { Feature, SentMessage } from "../feature.js";
import { inviteDirectly, joinLink, roomNameOf, shownInviterOf, type DirectInvitation } from "./direct.js";
import { elided } from "../../../wording.js";

const QUOTED = 500;
const HOUR_MS = 3600_000;

export const absentMembers: Feature = { onMessage: inviteAbsent };

/**
 * Returns the members that the next message invites. `uninvited` were never inside or invited; `left` were inside.
 * @param before when `left` had gone at the latest, in microseconds since 1970
 */
export function absentFrom({ affiliations, inside }: Room, before: number) {
  const isAbsent = (jid: string): boolean => !inside.byAccount.has(jid);
  return {
    uninvited: affiliations.uninvited.filter(isAbsent),
    left: affiliations.leftBefore(before).filter(isAbsent),
  };
}

function inviteAbsent(scope: RoomScope, { speaker, message, keeping }: SentMessage): void {
  const { context, transaction, room } = scope;
  const { persistent, membersOnly } = room.options;
  if (context.config.absent_members === "off" || !persistent || !membersOnly) return;
  const { bare } = speaker.account;
  // An announcement of the service itself would invite to every room.
  if (keeping.kind !== "text" || keeping.isForbidden || bare.local === undefined) return;
  const { invite_again: hours } = context.config;
  const before = hours === 0 ? -Infinity : (transaction.at - hours * HOUR_MS) * 1000;
  const { uninvited, left } = absentFrom(room, before);
  const isAskable = (jid: string): boolean => context.bookmarks.areOpenAt(Jid.parse(jid)?.domain ?? "");
  const others = left.filter((jid) => jid !== bare.text);
  const asked = others.filter(isAskable);
  const absent = [
    ...uninvited.filter((jid) => jid !== bare.text),
    ...others.filter((jid) => !isAskable(jid)),
  ];
  if (absent.length + asked.length === 0) return;
  const text = message.getChildText("body") ?? "";
  const reason = `${speaker.nick.text}: ${elided(text, QUOTED)}`;
  const body = `${roomNameOf(room)} ${joinLink(room)}\n${reason}`;
  const invitation = { from: shownInviterOf(context, room, bare), body, reason };
  inviteDirectly(scope, invitation, absent);
  if (asked.length === 0) return;
  room.stopInviting(transaction, asked);
  transaction.whenDone.push(() => {
    const work = inviteUnbookmarked(context, room.jid, invitation, asked);
    inBackground(work, "inviting members again", context.log);
  });
}

/** Invites members who have no bookmark of the room, by which their clients would enter; after a silence, all that are left. */
async function inviteUnbookmarked(
  { bookmarks, rooms, transactions }: RoomContext,
  address: AccountJid,
  invitation: DirectInvitation,
  members: readonly string[],
): Promise<void> {
  let isAsking = true;
  for (const member of members) {
    const user = Jid.parse(member)?.bare;
    const isBookmarked: boolean | undefined =
      user === undefined || !isAsking ? undefined : await bookmarks.has(address, user);
    isAsking = isBookmarked !== undefined;
    if (isBookmarked === true) continue;
    await transactions.do(undefined, (transaction) => {
      const room = rooms.find(address);
      const known = room?.affiliations.get(member);
      // The transaction that noted this invitation may have failed, or the member came or lost the membership meanwhile.
      const isNoted = known?.invited === true && known.leftAt === undefined;
      if (room === undefined || !isNoted || room.inside.byAccount.has(member)) return;
      if (isAtLeast(known.affiliation, "member")) inviteDirectly({ transaction, room }, invitation, [member]);
    });
  }
}
