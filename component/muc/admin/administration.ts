/**
 * The lists of a room and changes to them (XEP-0045 §8–10, muc#admin). A change of several items is done whole or
 * not at all; everybody is told before the answer goes out.
 */
import { Jid, type BareJid } from "../../address.js";
import { replied, type Inbound, type IqReply } from "../../router.js";
import { StanzaError } from "../../stanza-error.js";
import { xml, type Element } from "../../xml/builder.js";
import {
  isAffiliation,
  isAtLeast,
  isRole,
  roleIsAtLeast,
  type Affiliation,
  type Role,
} from "../room/affiliation.js";
import {
  changeAffiliation,
  newMembers,
  refuseChange,
  refuseCrowd,
  refuseOrphaning,
  type Actor,
  type AffiliationChange,
} from "./affiliations.js";
import type { RoomContext } from "../context.js";
import { inviteNewMembers } from "../features/invitations/direct.js";
import { roomError } from "../wire/errors.js";
import { seesAddresses } from "../wire/fan-out.js";
import { listed } from "../wire/lists.js";
import { keyOf, readNick } from "../room/nick.js";
import { MUC } from "../wire/ns.js";
import type { Occupant } from "../room/occupant.js";
import { sayResult } from "../wire/iq-result.js";
import { changeRole, refuseRole, type RoleChange } from "./roles.js";
import type { Room } from "../room/room.js";
import { cut } from "../wire/text.js";
import type { Transaction } from "../transaction.js";

const MAX_ITEMS = 1000;
const MAX_REASON = 2000;

/** One list, by affiliation or by role. @throws StanzaError forbidden for those who may not read it */
export function list(
  context: RoomContext,
  _turn: Transaction,
  { from, to, payload }: Inbound<"room">,
): IqReply {
  const room = context.rooms.get(to.jid);
  const [item, ...more] = payload.getChildren("item");
  const { affiliation, role } = item?.attrs ?? {};
  if (item === undefined || more.length > 0) throw badRequest(room);
  const actor = actorOf(room, from);
  if (isAffiliation(affiliation) && affiliation !== "none" && role === undefined) {
    if (!mayRead(room, actor, affiliation)) throw roomError(room.jid, "auth", "forbidden");
    const members = room.members.ofAffiliation(affiliation);
    const items = members.map(({ jid, nick, reason }) => ({
      id: jid,
      item: memberItem(jid, affiliation, nick, reason),
    }));
    return xml("query", MUC.admin, ...listed(payload, items, context.stanzaBytes));
  }
  if (isRole(role) && role !== "none" && affiliation === undefined) {
    if (!isModerator(actor)) throw roomError(room.jid, "auth", "forbidden");
    const occupants = [...room.occupants.values()].filter((occupant) => occupant.role === role);
    const items = occupants.map((occupant) => ({ id: occupant.nick.text, item: occupantItem(occupant) }));
    return xml("query", MUC.admin, ...listed(payload, items, context.stanzaBytes));
  }
  throw badRequest(room);
}

/** @throws StanzaError where one of the items may not be changed: then none is */
export function change(context: RoomContext, transaction: Transaction, inbound: Inbound<"room">): IqReply {
  const { from, to, payload, stanza } = inbound;
  const room = context.rooms.get(to.jid);
  const actor = actorOf(room, from);
  // Before anything is looked up: others are told nothing of who is inside.
  if (!isModerator(actor)) throw roomError(room.jid, "auth", "forbidden", "Only moderators do this.");
  const items = payload.getChildren("item");
  if (items.length === 0) throw badRequest(room);
  if (items.length > MAX_ITEMS) {
    throw roomError(
      room.jid,
      "modify",
      "not-acceptable",
      `At most ${MAX_ITEMS} items can be changed at once.`,
    );
  }
  const changes = items.map((item) => readItem(context, room, item));
  const roles = changes.filter((item): item is RoleChange => "role" in item);
  const affiliations = changes.filter((item): item is AffiliationChange => "affiliation" in item);
  for (const item of roles) raise(refuseRole(room, actor, item));
  for (const item of affiliations) raise(refuseChange(room, actor, item));
  raise(affiliations.length > 0 ? refuseOrphaning(room, affiliations) : undefined);
  raise(refuseCrowd(context, room, affiliations));

  const added = newMembers(room, affiliations);
  changeAffiliation(context, transaction, room, affiliations, actor);
  inviteNewMembers(context, transaction, room, actor, added);
  for (const item of roles) {
    const { occupant } = item;
    if (room.occupants.get(occupant.nick.key) === occupant)
      changeRole(context, transaction, room, item, actor);
  }
  sayResult(transaction, stanza);
  return replied;
}

/** Somebody as the one who acts, inside or not. */
export function actorOf(room: Room, from: Jid): Actor & { readonly role: Role } {
  const occupant = room.sessions.get(from.text) ?? room.occupantsOf(from.bare)[0];
  return {
    account: from.bare,
    affiliation: room.affiliationOf(from),
    nick: occupant?.nick.text,
    role: occupant?.role ?? "none",
  };
}

/** Whether somebody has a moderator's rights, inside or not. */
export function isModerator(actor: Actor & { readonly role: Role }): boolean {
  return roleIsAtLeast(actor.role, "moderator") || isAtLeast(actor.affiliation, "admin");
}

function mayRead(room: Room, actor: Actor & { readonly role: Role }, list: Affiliation): boolean {
  if (actor.affiliation === "owner") return true;
  const isMembers = isAtLeast(actor.affiliation, "member") && seesAddresses(room, actor.role);
  if (isAtLeast(list, "member") && room.options.membersOnly && isMembers) return true;
  return isAtLeast(actor.affiliation, "admin") && (list === "outcast" || list === "member");
}

function memberItem(jid: string, affiliation: string, nick?: string, reason?: string): Element {
  return xml(
    "item",
    { affiliation, jid, nick },
    reason === undefined ? undefined : xml("reason", {}, reason),
  );
}

function occupantItem({ nick, affiliation, role, sessions, account }: Occupant): Element {
  const [jid = account.text] = sessions.keys();
  return xml("item", { affiliation, role, nick: nick.text, jid });
}

function readItem(context: RoomContext, room: Room, item: Element): RoleChange | AffiliationChange {
  const { affiliation, role, nick, jid } = item.attrs;
  const text = item.getChildText("reason");
  const reason = text === null ? undefined : cut(text, MAX_REASON);
  if (isRole(role) && affiliation === undefined && nick !== undefined) {
    return { occupant: named(room, nick), role, reason };
  }
  if (isAffiliation(affiliation) && role === undefined) {
    if (jid === undefined) return { jid: named(room, nick ?? "").account, affiliation, reason };
    const account = accountOf(room, jid, affiliation);
    return { jid: account, affiliation, reason, nick: reservable(context, room, account, nick) };
  }
  throw badRequest(room);
}

/** @throws StanzaError item-not-found where nobody of this nickname is inside */
function named(room: Room, nick: string): Occupant {
  const occupant = room.occupants.get(keyOf(nick));
  if (occupant === undefined)
    throw roomError(room.jid, "cancel", "item-not-found", "There is nobody of this nickname.");
  return occupant;
}

/** Full addresses become bare; domains can only be banned. */
function accountOf(room: Room, text: string, affiliation: Affiliation): BareJid {
  const jid = Jid.parse(text)?.bare;
  const isDomain = jid?.local === undefined && affiliation !== "outcast" && affiliation !== "none";
  if (jid === undefined || isDomain)
    throw roomError(room.jid, "modify", "jid-malformed", `${text} is no account.`);
  return jid;
}

/** The nickname to reserve with an affiliation, where it can be; "" for none any more (§9.5). */
function reservable(
  context: RoomContext,
  room: Room,
  account: BareJid,
  raw: string | undefined,
): string | undefined {
  if (raw === "") return raw;
  const nick = raw === undefined ? undefined : readNick(raw, context.rooms.config.nick_length);
  return nick !== undefined && room.isFree(nick, account) ? nick.text : undefined;
}

function badRequest(room: Room): StanzaError {
  return roomError(room.jid, "modify", "bad-request");
}

function raise(refusal: StanzaError | undefined): void {
  if (refusal !== undefined) throw refusal;
}
