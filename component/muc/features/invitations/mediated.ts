/** Invitations that occupants send through the room, and their declines (XEP-0045 §7.8.2). */
import { Jid } from "../../../address.js";
import type { Inbound } from "../../../router.js";
import { NS, xml, type Element } from "../../../xml/builder.js";
import { refuseCrowd, type AffiliationChange } from "../../admin/affiliation-change.js";
import { notifyAffiliation } from "../../admin/affiliations.js";
import type { RoomContext, RoomScope, Work } from "../../context.js";
import { HOOKS } from "../../features.js";
import { senderIn } from "../../relay/sender.js";
import { isAtLeast, roleIsAtLeast } from "../../room/affiliation.js";
import type { Occupant } from "../../room/occupant.js";
import type { RoomView } from "../../room/room-view.js";
import { roomError } from "../../wire/errors.js";
import { MUC } from "../../wire/ns.js";
import { cut } from "../../wire/text.js";
import { shownAs } from "../anonymity.js";
import { passwordToGive } from "../password.js";
import { passDecline, rememberInvited } from "./declines.js";
import { invitationText } from "./texts.js";

interface InvitationText {
  readonly reason: string | undefined;
  /** The thread of a private conversation that goes on in the room. */
  readonly continues: Element | undefined;
}

/** The most that one message invites, and the longest reason. */
const MAX_INVITED = 50;
const MAX_REASON = 2000;

/** Administrators may; others with voice if the room lets them. */
function mayInvite({ options }: RoomView, { affiliation, role }: Occupant): boolean {
  return isAtLeast(affiliation, "admin") || (options.allowInvites && roleIsAtLeast(role, "participant"));
}

/** An invitation without `to`: mediated and direct in one message, so every client understands one of them. */
function invitation(
  context: RoomContext,
  room: RoomView,
  from: Jid,
  { reason, continues }: InvitationText,
): Element {
  const password = passwordToGive(room);
  const because = reason === undefined || reason === "" ? "" : `\n${reason}`;
  const text = invitationText(context, room, "invited", from.text) + because;
  return xml(
    "message",
    { from: room.jid.text },
    xml("body", {}, text),
    xml(
      "x",
      MUC.user,
      xml(
        "invite",
        { from: from.text },
        reason === undefined ? undefined : xml("reason", {}, reason),
        continues,
      ),
      password === undefined ? undefined : xml("password", {}, password),
    ),
    xml("x", { xmlns: MUC.conference, jid: room.jid.text, reason, password }),
    // Kept for those who are offline, once: not in their archive, too.
    xml("no-permanent-store", NS.hints),
  );
}

/** A message to the room that isn't for all: invitations or a decline. @returns false for anything else */
export function passInvitations(work: Work, inbound: Inbound<"room">): boolean {
  const x = inbound.stanza.getChild("x", MUC.user);
  const invites = x?.getChildren("invite") ?? [];
  const decline = x?.getChild("decline");
  if (invites.length > 0) {
    invite({ ...work, room: work.context.rooms.get(inbound.to.jid) }, inbound, invites);
  } else if (decline !== undefined) {
    const reason = reasonIn(decline);
    const told = reason === undefined ? undefined : xml("reason", {}, reason);
    passDecline(work, inbound, { inviter: decline.attrs.to, reason: told });
  } else return false;
  return true;
}

function invite(scope: RoomScope, { from }: Inbound<"room">, invites: readonly Element[]): void {
  const { context, transaction, room } = scope;
  const inviter = senderIn(room, from);
  if (!mayInvite(room, inviter)) throw roomError(room.jid, "auth", "forbidden", "You may not invite here.");
  if (invites.length > MAX_INVITED) {
    throw roomError(room.jid, "modify", "not-acceptable", `At most ${MAX_INVITED} can be invited at once.`);
  }
  const invited = invites.map((element) => ({ element, jid: invitedBy(room, element) }));
  const accounts = invited.map(({ jid }) => jid.bare);
  const changes = HOOKS.onInvite.flatMap((onInvite) => onInvite(room, accounts));
  const crowd = refuseCrowd(context, room, changes);
  if (crowd !== undefined) throw crowd;
  const shown = shownAs(room, inviter);
  for (const change of changes) admit(scope, change);
  for (const { element, jid } of invited) {
    const reason = reasonIn(element);
    const thread = element.getChild("continue")?.attrs.thread;
    const continues = element.getChild("continue") && xml("continue", { thread });
    transaction.broadcast(invitation(context, room, shown, { reason, continues }), [jid.text]);
  }
  rememberInvited(scope, inviter, { shown, invited: accounts });
  room.stopInviting(
    transaction,
    accounts.map(({ text }) => text),
  );
}

function reasonIn(element: Element): string | undefined {
  const reason = element.getChildText("reason");
  return reason === null ? undefined : cut(reason, MAX_REASON);
}

/** Gives somebody the affiliation that the invitation brings, unless theirs is as high already. */
function admit(scope: RoomScope, { jid, affiliation }: AffiliationChange): void {
  const { transaction, room } = scope;
  if (isAtLeast(room.affiliations.affiliationOf(jid), affiliation)) return;
  room.setAffiliation(transaction, jid, affiliation);
  notifyAffiliation(scope, jid, {});
}

/** @throws StanzaError where there is nobody of this address, or they may not be invited */
function invitedBy(room: RoomView, element: Element): Jid {
  const jid = Jid.parse(element.attrs.to ?? "");
  if (jid?.local === undefined)
    throw roomError(room.jid, "modify", "jid-malformed", "Whom to invite is not clear.");
  for (const refuseInvited of HOOKS.refuseInvited) {
    const refusal = refuseInvited(room, jid);
    if (refusal !== undefined) throw refusal;
  }
  return jid;
}
