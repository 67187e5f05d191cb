/** Handles invitations that occupants send through the room, and declines (XEP-0045 §7.8.2). */
import { isAccount, Jid } from "../../../addresses/address.js";
import type { Inbound } from "../../../inbound/router.js";
import { StanzaError } from "../../../inbound/stanza-error.js";
import { xml, type Element } from "../../../xml/builder.js";
import { refuseAdded, senderIn } from "../../admin/actor.js";
import { change } from "../../admin/changing.js";
import type { RoomScope, RoomWork } from "../../context.js";
import { firstResult, hooksOf } from "../../features.js";
import { isAtLeast, roleIsAtLeast } from "../../room/affiliation.js";
import { sessionsOf } from "../../room/occupants.js";
import type { Room } from "../../room/room.js";
import { raise } from "../../wire/replies.js";
import { MUC } from "../../wire/ns.js";
import { textIn, textElement } from "../../wire/text.js";
import { isNonAnonymous } from "../anonymity.js";
import { isBanned, passwordToGive } from "../access.js";
import { invitationElement, invitationText } from "./direct.js";

const MAX_INVITED = 50;

/** Builds an invitation without `to`, both mediated and direct (XEP-0249), so that every client understands it. */
function invitation({ context, room }: RoomScope, from: Jid, asked: Element): Element {
  const reason = textIn(asked, "reason");
  // It names the thread of a private conversation that continues in the room.
  const thread = asked.getChild("continue")?.attrs.thread;
  const continues = asked.getChild("continue") && xml("continue", { thread });
  const because = reason === undefined || reason === "" ? "" : `\n${reason}`;
  const body = invitationText(context, room, "invited", from.text) + because;
  const invite = xml("invite", { from: from.text }, textElement("reason", reason), continues);
  const x = xml("x", MUC.user, invite, textElement("password", passwordToGive(room)));
  return invitationElement(room, { from: room.jid.text }, { body, reason }, x);
}

/** Handles an invitation of users, or a decline. @throws StanzaError service-unavailable for other messages */
export function passInvitations(work: RoomWork, inbound: Inbound<"room">): void {
  const x = inbound.stanza.getChild("x", MUC.user);
  const invites = x?.getChildren("invite") ?? [];
  const decline = x?.getChild("decline");
  if (invites.length > 0) {
    invite({ ...work, room: work.context.rooms.get(inbound.to.jid) }, inbound, invites);
  } else if (decline !== undefined) {
    passDecline(work, inbound, decline);
  } else throw new StanzaError("cancel", "service-unavailable");
}

/** Sends an occupant's invitations. @throws StanzaError if one is refused; nobody is invited then */
function invite(scope: RoomScope, { from }: Inbound<"room">, invites: readonly Element[]): void {
  const { transaction, room } = scope;
  const inviter = senderIn(room, from);
  // Administrators may; others need voice, and a room that allows it.
  const isAllowed = room.options.allowInvites && roleIsAtLeast(inviter.role, "participant");
  if (!isAllowed && !isAtLeast(inviter.affiliation, "admin"))
    throw room.error("forbidden", "You may not invite users to this room.");
  if (invites.length > MAX_INVITED) {
    throw room.error("not-acceptable", `One message can invite at most ${MAX_INVITED} users.`);
  }
  const invited = invites.map((element) => ({ element, jid: invitedBy(room, element) }));
  const accounts = invited.map(({ jid }) => jid.bare);
  // Users invited to a members-only room become members.
  const changes = (room.options.membersOnly ? accounts : [])
    .filter((jid) => isAccount(jid) && !isAtLeast(room.affiliations.affiliationOf(jid), "member"))
    .map((jid) => ({ jid, affiliation: "member" as const }));
  raise(refuseAdded(scope, changes));
  // The address by which users outside the room know the inviter.
  const shown = isNonAnonymous(room) ? inviter.account : inviter.jid;
  change(scope, { affiliations: changes, by: {} });
  for (const { element, jid } of invited) {
    transaction.broadcast(invitation(scope, shown, element), [jid.text]);
  }
  const texts = accounts.map(({ text }) => text);
  const first = transaction.nextStanzaId(texts.length);
  const by = { inviter: inviter.account.text, shown: shown.text };
  transaction.writeOnDisk(room, ({ invitations }) => {
    for (const [at, text] of texts.entries()) invitations.put(room.id, first + at, { ...by, invited: text });
  });
  room.stopInviting(transaction, texts);
}

/** Returns the address that <invite/> names. @throws StanzaError if it isn't valid or may not be invited */
function invitedBy(room: Room, element: Element): Jid {
  const jid = Jid.parse(element.attrs.to ?? "");
  if (jid?.local === undefined)
    throw room.error("jid-malformed", "The invitation has no valid address to invite.");
  raise(firstResult(hooksOf("refuseInvited"), (refuse) => refuse(room, jid)));
  return jid;
}

/**
 * Passes a decline on to the inviter. A decline lets a user outside send a text into the room, so each invitation can
 * be declined once. Other declines get no reply, because a reply would reveal who belongs to the room.
 */
function passDecline(
  { context, transaction }: RoomWork,
  { from, to }: Inbound<"room">,
  decline: Element,
): void {
  const room = context.rooms.find(to.jid);
  if (room === undefined || isBanned(room, from)) return;
  context.rooms.settle(room);
  const inviting = Jid.parse(decline.attrs.to ?? "");
  const declined = context.stores.invitations
    .of(room.id, from.bare.text)
    .find(({ inviter, shown }) => inviting?.text === shown || inviting?.bare.text === inviter);
  if (declined === undefined) return;
  transaction.writeOnDisk(room, ({ invitations }) => invitations.remove(room.id, declined));
  const account = Jid.parse(declined.inviter)?.bare;
  const sessions = account === undefined ? [] : sessionsOf(room.occupantsOf(account));
  const reason = textElement("reason", textIn(decline, "reason"));
  const content = xml("decline", { from: from.bare.text }, reason);
  transaction.broadcast(
    xml("message", { from: room.jid.text }, xml("x", MUC.user, content)),
    sessions.length > 0 ? sessions : [declined.inviter],
  );
}
