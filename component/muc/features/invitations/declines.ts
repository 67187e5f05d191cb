/**
 * Passes declines of invitations on to the inviter (XEP-0045 §7.8.2). As a decline lets a user outside send a text
 * into the room, each invitation can be declined once. Other declines get no reply, which would reveal who belongs to
 * the room.
 */
import type { StoredInvitation } from "../../../../storage/rooms-users.js";
import { Jid, type BareJid } from "../../../address.js";
import type { Inbound } from "../../../router.js";
import { xml, type Element } from "../../../xml/builder.js";
import type { RoomTransaction, Work } from "../../context.js";
import type { Occupant } from "../../room/occupant.js";
import { MUC } from "../../wire/ns.js";
import { isBanned } from "../access.js";

/** Stores invitations for later declines. `shown` is the inviter's address that the invited users see. */
export function rememberInvited(
  { transaction, room }: RoomTransaction,
  inviter: Occupant,
  { shown, invited }: { readonly shown: Jid; readonly invited: readonly BareJid[] },
): void {
  const first = transaction.nextStanzaId(invited.length);
  transaction.writeOnDisk(room, ({ invitations }) => {
    for (const [index, { text }] of invited.entries()) {
      const invitation = { invited: text, inviter: inviter.account.text, shown: shown.text };
      invitations.put(room.id, first + index, invitation);
    }
  });
}

/** Passes a decline on to the inviter. Does nothing if the inviter didn't invite the sender. */
export function passDecline(
  { context, transaction }: Work,
  { from, to }: Inbound<"room">,
  { inviter, reason }: { readonly inviter: string | undefined; readonly reason: Element | undefined },
): void {
  const room = context.rooms.find(to.jid);
  if (room === undefined || isBanned(room, from)) return;
  context.rooms.settle(room);
  const declined = context.stores.invitations.of(room.id, from.bare.text).find(isBy(inviter ?? ""));
  if (declined === undefined) return;
  transaction.writeOnDisk(room, ({ invitations }) => invitations.remove(room.id, declined));
  const account = Jid.parse(declined.inviter)?.bare;
  const inside = account === undefined ? [] : room.occupantsOf(account);
  const sessions = inside.flatMap((occupant) => [...occupant.sessions.keys()]);
  const content = xml("decline", { from: from.bare.text }, reason);
  transaction.broadcast(
    xml("message", { from: room.jid.text }, xml("x", MUC.user, content)),
    sessions.length > 0 ? sessions : [declined.inviter],
  );
}

/** Returns a predicate for invitations: whether `text` is the inviter's shown or real address. */
function isBy(text: string): (invitation: StoredInvitation) => boolean {
  const jid = Jid.parse(text);
  return ({ inviter, shown }) => jid?.text === shown || jid?.bare.text === inviter;
}
