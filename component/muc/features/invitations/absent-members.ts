/**
 * Members who are not inside miss what is said. They are sent one invitation with the text, once until they next come
 * in; those who were put out or left on purpose aren't (contract: rooms.absent_members).
 */
import type { FullJid } from "../../../address.js";
import type { Element } from "../../../xml/builder.js";
import type { RoomContext } from "../../context.js";
import { inviteDirectly, shownInviterOf } from "./direct.js";
import type { Speaker } from "../../relay/messages.js";
import type { Room } from "../../room/room.js";
import { cut } from "../../wire/text.js";
import type { Transaction } from "../../transaction.js";

/** So much of the text is quoted. */
const QUOTED = 500;

export function inviteAbsent(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  speaker: Speaker,
  message: Element,
): void {
  if (!invitesAbsent(context, room)) return;
  const { bare } = speaker.account;
  const absent = room.absentMembers.filter((jid) => jid !== bare.text);
  if (absent.length === 0) return;
  const text = message.getChildText("body") ?? "";
  const reason = `${speaker.nick.text}: ${text.length > QUOTED ? `${cut(text, QUOTED)}…` : text}`;
  const { name } = room.options;
  const body = `${name === "" ? room.jid.text : name}: ${reason}`;
  const invitation = { from: shownInviterOf(context, room, bare), body, reason };
  const invited = absent.filter((jid) => !context.departures.holdBack(room, jid, invitation));
  inviteDirectly(transaction, room, invitation, invited);
}

/** Finds out why a session left, where that decides on whether what is said invites its account. */
export function watchDeparture(context: RoomContext, room: Room, session: FullJid): void {
  if (!invitesAbsent(context, room) || !room.isAbsentMember(session.bare.text)) return;
  context.departures.left(room, session).catch((error: unknown) => {
    context.log.warn(`Why ${session.text} left ${room.jid.text} is not known: ${String(error)}`);
  });
}

function invitesAbsent({ rooms: { config } }: RoomContext, { options }: Room): boolean {
  return config.absent_members !== "off" && options.persistent && options.membersOnly;
}
