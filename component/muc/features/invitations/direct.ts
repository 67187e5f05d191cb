/**
 * Invitations from somebody's own address (XEP-0249), for what calls and lists of members do. Clients show one dialog
 * that names a person; a server keeps it for those who are offline, as it has a body, and hands it out once, as the
 * hint (XEP-0334) keeps it out of the archive. (Through the room, its body opens a private chat with the room.)
 */
import { randomUUID } from "node:crypto";
import { Jid, type BareJid } from "../../../address.js";
import { NS, xml, type Element } from "../../../xml/builder.js";
import type { Actor } from "../../admin/affiliations.js";
import { isLocal, type RoomContext } from "../../context.js";
import { MUC } from "../../wire/ns.js";
import type { Room } from "../../room/room.js";
import type { Transaction } from "../../transaction.js";

export interface DirectInvitation {
  /** From whose address it comes; the service's own where a program invites, or the person can't be spoken for. */
  readonly from: Jid;
  /** What clients show that know nothing of invitations, and lists of chats. */
  readonly body: string;
  /** What the dialog shows. */
  readonly reason?: string;
}

/** Invites these accounts; whatever is said until they come in invites them no more. */
export function inviteDirectly(
  transaction: Transaction,
  room: Room,
  invitation: DirectInvitation,
  accounts: readonly string[],
): void {
  if (accounts.length === 0) return;
  transaction.tell(invitationElement(room, invitation), accounts);
  room.stopInviting(transaction, accounts);
}

/** Invites those whom an administrator's list made members (XEP-0045 §9.5). */
export function inviteNewMembers(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  { account, nick }: Pick<Actor, "account" | "nick">,
  added: readonly BareJid[],
): void {
  const isShown = room.options.whois === "anyone";
  const who = nick ?? (isShown ? account.text : "An administrator");
  const body = `${who} made you a member of ${titleOf(room)}`;
  const from = shownInviterOf(context, room, account);
  inviteDirectly(
    transaction,
    room,
    { from, body },
    added.map(({ text }) => text),
  );
}

/** Somebody's own address where the component may speak for them, else the service's. */
export function inviterOf(context: RoomContext, account: BareJid): Jid {
  return isLocal(context, account) ? account : serviceOf(context);
}

/** The same where the room may hide who somebody is: then it is the service that invites. */
export function shownInviterOf(context: RoomContext, room: Room, account: BareJid): Jid {
  return room.options.whois === "anyone" ? inviterOf(context, account) : serviceOf(context);
}

/** The service's own address. */
export function serviceOf({ domain }: RoomContext): Jid {
  const jid = Jid.parse(domain);
  if (jid === undefined) throw new Error(`${domain} is no address`);
  return jid;
}

/** What people call a room, and its address. */
export function titleOf({ jid, options: { name } }: Room): string {
  return name === "" ? jid.text : `${name} (${jid.text})`;
}

function invitationElement(room: Room, { from, body, reason }: DirectInvitation): Element {
  const { password } = room.options;
  return xml(
    "message",
    { from: from.text, id: randomUUID() },
    xml("body", {}, body),
    xml("x", {
      xmlns: MUC.conference,
      jid: room.jid.text,
      reason,
      password: password === "" ? undefined : password,
    }),
    xml("no-permanent-store", NS.hints),
  );
}
