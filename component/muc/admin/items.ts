/**
 * Reads and changes roles and affiliations (XEP-0045 §8–10, muc#admin). A request is carried out completely or not at
 * all. Occupants are notified before the requester gets the reply.
 */
import type { BareJid } from "../../addresses/address.js";
import { nickKeyOf, parseNick } from "../../addresses/nick.js";
import type { IqReply } from "../../inbound/iq-reply.js";
import type { Inbound } from "../../inbound/router.js";
import { xml, type Element } from "../../xml/builder.js";
import type { RoomScope } from "../context.js";
import { isAffiliation, isAtLeast, isRole, type AffiliationChange } from "../room/affiliation.js";
import { mayReadMembers } from "../features/anonymity.js";
import { followBots } from "../features/bots.js";
import type { Occupant } from "../room/occupants.js";
import type { Room } from "../room/room.js";
import { raise } from "../wire/replies.js";
import { listed, type ListItem } from "../wire/lists.js";
import { MUC } from "../wire/ns.js";
import { textIn, textElement } from "../wire/text.js";
import {
  actorOf,
  isModerator,
  affiliatedAccountOf,
  refuseChanges,
  refuseRole,
  type RoleChange,
} from "./actor.js";
import { changeLists } from "./changing.js";

const MAX_ITEMS = 1000;

/** Answers with the accounts of an affiliation or the occupants of a role. @throws StanzaError forbidden */
export function listItems({ context, room }: RoomScope, { from, payload }: Inbound<"room">): IqReply {
  const [item, ...more] = payload.getChildren("item");
  const { affiliation, role } = item?.attrs ?? {};
  if (item === undefined || more.length > 0) throw room.error("bad-request");
  const actor = actorOf(room, from);
  let items: ListItem[];
  if (isAffiliation(affiliation) && affiliation !== "none" && role === undefined) {
    const isShort = affiliation === "outcast" || affiliation === "member";
    const mayRead = isAtLeast(actor.affiliation, isShort ? "admin" : "owner");
    if (!mayRead && !mayReadMembers(room, actor, affiliation)) throw room.error("forbidden");
    items = room.affiliations.withAffiliation(affiliation).map(({ jid, nick, reason }) => ({
      id: jid,
      item: xml("item", { affiliation, jid, nick }, textElement("reason", reason)),
    }));
  } else if (isRole(role) && role !== "none" && affiliation === undefined) {
    if (!isModerator(actor)) throw room.error("forbidden");
    const occupants = [...room.occupants.values()].filter((occupant) => occupant.role === role);
    items = occupants.map(({ nick: { text: nick }, affiliation, sessions, account }) => {
      const [jid = account.text] = sessions.keys();
      return { id: nick, item: xml("item", { affiliation, role, nick, jid }) };
    });
  } else throw room.error("bad-request");
  return xml("query", MUC.admin, ...listed(payload, items, context.stanzaBytes));
}

/** Changes roles and affiliations. @throws StanzaError if an item is refused; nothing is changed then */
export function changeItems(scope: RoomScope, { from, payload }: Inbound<"room">): void {
  const { room } = scope;
  const actor = actorOf(room, from);
  // Checked first: the errors of the other checks would reveal occupants to outsiders.
  if (!isModerator(actor))
    throw room.error("forbidden", "Only moderators may change roles and affiliations.");
  const items = payload.getChildren("item");
  if (items.length === 0) throw room.error("bad-request");
  if (items.length > MAX_ITEMS) {
    const many = `One request can change at most ${MAX_ITEMS} items.`;
    throw room.error("not-acceptable", many);
  }
  const changes = items.map((item) => parseItem(scope, item));
  const roles = changes.filter((item): item is RoleChange => "role" in item);
  const affiliations = changes.filter((item): item is AffiliationChange => "affiliation" in item);
  for (const item of roles) raise(refuseRole(room, actor, item));
  raise(refuseChanges(scope, actor, affiliations));

  changeLists(scope, { affiliations, roles, by: actor });
  if (!room.isGone) followBots(scope);
}

function parseItem(scope: RoomScope, item: Element): RoleChange | AffiliationChange {
  const { room } = scope;
  const { affiliation, role, nick, jid } = item.attrs;
  const reason = textIn(item, "reason");
  if (isRole(role) && affiliation === undefined && nick !== undefined) {
    return { occupant: named(room, nick), role, reason };
  }
  if (isAffiliation(affiliation) && role === undefined) {
    const bot = room.bots.get(nickKeyOf(nick ?? ""))?.account;
    if (jid === undefined) return { jid: bot ?? named(room, nick ?? "").account, affiliation, reason };
    const account = affiliatedAccountOf(room, jid, affiliation);
    return { jid: account, affiliation, reason, nick: reservable(scope, account, nick) };
  }
  throw room.error("bad-request");
}

function named(room: Room, nick: string): Occupant {
  const occupant = room.occupants.get(nickKeyOf(nick));
  const bot = room.bots.get(nickKeyOf(nick))?.account.text;
  if (bot !== undefined) {
    throw room.error("not-allowed", `${nick} is a bot. To keep it out, ban its address: ${bot}`);
  }
  if (occupant === undefined) throw room.error("item-not-found", "No occupant has this nickname.");
  return occupant;
}

/** Returns the nickname to reserve (§9.5). "" releases the reserved nickname, undefined keeps it. */
function reservable(
  { context, room }: RoomScope,
  account: BareJid,
  raw: string | undefined,
): string | undefined {
  if (raw === "") return raw;
  const nick = raw === undefined ? undefined : parseNick(raw, context.config.nick_length);
  return nick !== undefined && room.isFree(nick, account) ? nick.text : undefined;
}
