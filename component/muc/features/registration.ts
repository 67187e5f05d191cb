/** Handles registration with a room (XEP-0045 §7.10, XEP-0077): members reserve a nickname or end their membership. */
import type { StoredAffiliation } from "../../../storage/rooms-store.js";
import type { Jid } from "../../addresses/address.js";
import { parseNick } from "../../addresses/nick.js";
import type { IqReply } from "../../inbound/iq-reply.js";
import type { Inbound } from "../../inbound/router.js";
import { xml, type Element } from "../../xml/builder.js";
import { change } from "../admin/changing.js";
import type { RoomScope } from "../context.js";
import { isAtLeast } from "../room/affiliation.js";
import type { Room } from "../room/room.js";
import { formElement, formIn, parseForm, textField } from "../wire/data-form.js";
import { raise } from "../wire/replies.js";
import { MUC } from "../wire/ns.js";
import { assignedNick } from "../occupancy/assigned-nick.js";
import { refuseNick } from "./access.js";

const FIELD = "muc#register_roomnick";

/** Answers with the reserved nickname and the form. @throws StanzaError not-allowed if the sender is no member */
export function showRegistration({ room }: RoomScope, { from }: Inbound<"room">): IqReply {
  const { nick } = memberOf(room, from);
  const values = nick === undefined ? [] : [nick];
  const field = textField(FIELD, "Nickname", ...values);
  const known = nick === undefined ? [] : [xml("registered"), xml("username", {}, nick)];
  return xml("query", MUC.register, ...known, formElement("form", MUC.registerForm, [field]));
}

/**
 * Reserves a nickname, or ends the registration by <remove/> (XEP-0077 §3.2). Members lose their membership then;
 * administrators and owners only lose the reserved nickname, and messages don't invite them any more.
 * @throws StanzaError conflict for others' nicknames
 */
export function register(scope: RoomScope, { from, payload }: Inbound<"room">): void {
  const { transaction, room } = scope;
  const member = memberOf(room, from);
  if (payload.getChild("remove") === undefined) reserve(scope, member, from, payload);
  else if (member.affiliation === "member") {
    change(scope, { affiliations: [{ jid: from.bare, affiliation: "none" }], by: {} });
  } else {
    room.reserve(transaction, member, undefined);
    room.stopInviting(transaction, [from.bare.text]);
  }
}

function reserve(
  { context, transaction, room }: RoomScope,
  member: StoredAffiliation,
  { bare: account }: Jid,
  payload: Element,
): void {
  const wanted = parseNick(nickIn(room, payload), context.config.nick_length);
  if (wanted === undefined) {
    throw room.error("not-acceptable", "This nickname is not allowed.");
  }
  if (assignedNick(context, room, account, wanted).text !== wanted.text) {
    throw room.error("not-acceptable", "Nicknames in this room are the directory's names.");
  }
  raise(refuseNick(room, wanted, account));
  room.reserve(transaction, member, wanted.text);
}

/** Returns the sender's affiliation. @throws StanzaError not-allowed if the sender is no member */
function memberOf(room: Room, from: Jid): StoredAffiliation {
  const member = room.affiliations.get(from.bare.text);
  if (member !== undefined && isAtLeast(member.affiliation, "member")) return member;
  throw room.error("not-allowed", "Only members may register a nickname.");
}

/** Returns the requested nickname, from a form or, by older clients, from a plain element. */
function nickIn(room: Room, payload: Element): string {
  const form = formIn(payload);
  if (form === undefined) return payload.getChildText("username") ?? payload.getChildText("nick") ?? "";
  const submitted = parseForm(form, MUC.registerForm);
  if (submitted?.type !== "submit") throw room.error("bad-request");
  return submitted.fields.get(FIELD)?.[0] ?? "";
}
