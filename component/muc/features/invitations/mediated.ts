/** Invitations that occupants send through the room, and their declines (XEP-0045 §7.8.2). */
import { isAccount, Jid, type AccountJid } from "../../../address.js";
import type { Inbound } from "../../../router.js";
import { NS, xml, type Element } from "../../../xml/builder.js";
import { isAtLeast, roleIsAtLeast } from "../../room/affiliation.js";
import type { RoomContext } from "../../context.js";
import { passDecline, rememberInvited } from "./declines.js";
import { roomError } from "../../wire/errors.js";
import { refuseCrowd, tellAffiliation } from "../../admin/affiliations.js";
import { titleOf } from "./direct.js";
import type { Feature } from "../feature.js";
import { booleanField } from "../fields.js";
import { speakerIn } from "../../relay/messages.js";
import { MUC } from "../../wire/ns.js";
import type { Occupant } from "../../room/occupant.js";
import type { Room } from "../../room/room.js";
import { cut } from "../../wire/text.js";
import type { Transaction } from "../../transaction.js";

interface InvitationText {
  readonly reason: string | undefined;
  /** The thread of a private conversation that goes on in the room. */
  readonly continues: Element | undefined;
}

/** The most that one message invites, and the longest reason. */
const MAX_INVITED = 50;
const MAX_REASON = 2000;

/** An invitation without `to`: mediated and direct in one message, so every client understands one of them. */
function invitation(room: Room, from: Jid, { reason, continues }: InvitationText): Element {
  const { password } = room.options;
  const because = reason === undefined || reason === "" ? "" : `: ${reason}`;
  const text = `${from.text} invites you to ${titleOf(room)}${because}`;
  const given = password === "" ? undefined : password;
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
      given === undefined ? undefined : xml("password", {}, given),
    ),
    xml("x", { xmlns: MUC.conference, jid: room.jid.text, reason, password: given }),
    // Kept for those who are offline, once: not in their archive, too.
    xml("no-permanent-store", NS.hints),
  );
}

/** A message to the room that isn't for all: invitations or a decline. @returns false for anything else */
export function passInvitations(
  context: RoomContext,
  transaction: Transaction,
  inbound: Inbound<"room">,
): boolean {
  const x = inbound.stanza.getChild("x", MUC.user);
  const invites = x?.getChildren("invite") ?? [];
  const decline = x?.getChild("decline");
  if (invites.length > 0) invite(context, transaction, inbound, invites);
  else if (decline !== undefined) {
    const reason = reasonIn(decline);
    const told = reason === undefined ? undefined : xml("reason", {}, reason);
    passDecline(context, transaction, inbound, { inviter: decline.attrs.to, reason: told });
  } else return false;
  return true;
}

function invite(
  context: RoomContext,
  transaction: Transaction,
  { from, to }: Inbound<"room">,
  invites: readonly Element[],
): void {
  const room = context.rooms.get(to.jid);
  const inviter = speakerIn(room, from);
  if (!mayInvite(room, inviter)) throw roomError(room.jid, "auth", "forbidden", "You may not invite here.");
  if (invites.length > MAX_INVITED) {
    throw roomError(room.jid, "modify", "not-acceptable", `At most ${MAX_INVITED} can be invited at once.`);
  }
  const invited = invites.map((element) => ({ element, jid: invitedBy(room, element) }));
  const admitted = room.options.membersOnly
    ? invited.flatMap(({ jid }) => (isAccount(jid.bare) ? [jid.bare] : []))
    : [];
  const crowd = refuseCrowd(
    context,
    room,
    admitted.map((jid) => ({ jid, affiliation: "member" })),
  );
  if (crowd !== undefined) throw crowd;
  const shown = room.options.whois === "anyone" ? inviter.account : inviter.jid;
  for (const jid of admitted) admit(transaction, room, jid);
  for (const { element, jid } of invited) {
    const reason = reasonIn(element);
    const thread = element.getChild("continue")?.attrs.thread;
    const continues = element.getChild("continue") && xml("continue", { thread });
    transaction.tell(invitation(room, shown, { reason, continues }), [jid.text]);
  }
  rememberInvited(transaction, room, inviter, { shown, invited: invited.map(({ jid }) => jid) });
  room.stopInviting(
    transaction,
    invited.map(({ jid }) => jid.bare.text),
  );
}

function reasonIn(element: Element): string | undefined {
  const reason = element.getChildText("reason");
  return reason === null ? undefined : cut(reason, MAX_REASON);
}

/** Administrators may; others where the room lets them and they have voice. */
function mayInvite({ options }: Room, { affiliation, role }: Occupant): boolean {
  return isAtLeast(affiliation, "admin") || (options.allowInvites && roleIsAtLeast(role, "participant"));
}

/** In a members-only room, whoever is invited becomes a member. */
function admit(transaction: Transaction, room: Room, jid: AccountJid): void {
  if (isAtLeast(room.affiliationOf(jid), "member")) return;
  room.setAffiliation(transaction, jid, "member");
  tellAffiliation(transaction, room, jid, {});
}

/** @throws StanzaError where there is nobody of this address, or they are banned */
function invitedBy(room: Room, element: Element): Jid {
  const jid = Jid.parse(element.attrs.to ?? "");
  if (jid?.local === undefined)
    throw roomError(room.jid, "modify", "jid-malformed", "Whom to invite is not clear.");
  if (room.affiliationOf(jid) === "outcast") {
    throw roomError(room.jid, "cancel", "not-allowed", `${jid.bare.text} is banned here.`);
  }
  return jid;
}

const MEMBER_INVITES = "{http://prosody.im/protocol/muc}roomconfig_allowmemberinvites";

export const invitations: Feature = {
  fields: () => [
    booleanField("allowInvites", "muc#roomconfig_allowinvites", "Others than administrators may invite", [
      MEMBER_INVITES,
    ]),
  ],
  info: ({ options }) => [
    {
      name: "muc#roomconfig_allowinvites",
      type: "boolean",
      label: "Others than administrators may invite",
      values: [options.allowInvites ? "1" : "0"],
    },
  ],
};
