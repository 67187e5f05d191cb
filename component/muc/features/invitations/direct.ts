/**
 * Invitations from somebody's own address (XEP-0249), for what calls and lists of members do. Clients show one dialog
 * that names a person; a server keeps it for those who are offline, as it has a body, and hands it out once, as the
 * hint (XEP-0334) keeps it out of the archive. (Through the room, its body opens a private chat with the room.)
 */
import { randomUUID } from "node:crypto";
import { Jid, type BareJid } from "../../../address.js";
import { NS, xml, type Element } from "../../../xml/builder.js";
import { isLocal, type DirectInvitation, type RoomContext, type RoomTransaction } from "../../context.js";
import type { RoomView } from "../../room/room-view.js";
import { MUC } from "../../wire/ns.js";
import { isNonAnonymous } from "../anonymity.js";
import { passwordToGive } from "../password.js";

/** Invites these accounts. Nothing that is said invites them again before they come in. */
export function inviteDirectly(
  { transaction, room }: RoomTransaction,
  invitation: DirectInvitation,
  accounts: readonly string[],
): void {
  if (accounts.length === 0) return;
  transaction.broadcast(invitationElement(room, invitation), accounts);
  room.stopInviting(transaction, accounts);
}

/** Somebody's own address if the component may send in their name now, else the service's. */
export function inviterOf(context: RoomContext, account: BareJid): Jid {
  return isLocal(context, account) && !context.isDenied(account.domain) ? account : serviceOf(context);
}

/** The same; the service's address where the room hides who somebody is. */
export function shownInviterOf(context: RoomContext, room: RoomView, account: BareJid): Jid {
  return isNonAnonymous(room) ? inviterOf(context, account) : serviceOf(context);
}

/** The service's own address. */
export function serviceOf({ domain }: RoomContext): Jid {
  const jid = Jid.parse(domain);
  if (jid === undefined) throw new Error(`${domain} is no address`);
  return jid;
}

function invitationElement(room: RoomView, { from, body, reason }: DirectInvitation): Element {
  const password = passwordToGive(room);
  return xml(
    "message",
    { from: from.text, id: randomUUID() },
    xml("body", {}, body),
    xml("x", { xmlns: MUC.conference, jid: room.jid.text, reason, password }),
    xml("no-permanent-store", NS.hints),
  );
}
