/** Answers service discovery requests to a room (XEP-0045 §6.4–6.5) or an occupant. */
import type { Jid } from "../../addresses/address.js";
import type { Inbound, IqReply } from "../../inbound/router.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import type { RoomContext, RoomScope } from "../context.js";
import { areAssigned, nickFor } from "../occupancy/assigned-nick.js";
import { relay } from "../relay/iqs.js";
import { isAtLeast } from "../room/affiliation.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/replies.js";
import { listed } from "../wire/lists.js";
import { capabilitiesOf, describe, describeLasting } from "./description.js";
import { hooksOf } from "../features.js";

/** Answers a disco#info request to a room. @throws StanzaError item-not-found for an unknown node */
export function roomInfo({ context, room }: RoomScope, { from, payload }: Inbound<"room">): IqReply {
  const { node } = payload.attrs;
  if (node === "x-roomuser-item") return reservedNick(context, room, from);
  const seesDetails = seesDetailsOf(room, from);
  if (node === undefined) return describe(room, seesDetails);
  const capabilities = capabilitiesOf(room);
  if (seesDetails && node === `${capabilities.node}#${capabilities.ver}`) return describeLasting(room, node);
  throw roomError(room.jid, "item-not-found");
}

/** Answers with the visible occupants and bots, which a hidden room shows only to occupants and members. */
export function roomItems({ context, room }: RoomScope, { from, payload }: Inbound<"room">): IqReply {
  if (payload.attrs.node !== undefined)
    return xml("query", { xmlns: NS.discoItems, node: payload.attrs.node });
  const isVisible = seesDetailsOf(room, from) && (room.options.public || belongsTo(room, from));
  const inside = [...room.bots.values(), ...room.occupants.values()];
  const occupants = isVisible ? inside.filter(({ isShown }) => isShown) : [];
  const items = occupants.map(({ jid, nick }) => ({
    id: jid.text,
    item: xml("item", { jid: jid.text, name: nick.text }),
  }));
  return xml("query", NS.discoItems, ...listed(payload, items, context.stanzaBytes));
}

/** Relays a request to another occupant (§6.6). @throws StanzaError bad-request if the sender isn't an occupant */
export async function occupantInfo(context: RoomContext, inbound: Inbound<"occupant">): Promise<IqReply> {
  const { from, to } = inbound;
  const isInside = context.rooms.find(to.room)?.sessions.has(from.text) === true;
  if (isInside) return await relay(context, inbound);
  throw roomError(to.room, "bad-request", "Only occupants may send requests to occupants.");
}

/**
 * Answers with the sender's reserved nickname (§7.12). Members get the nickname that calls use for them (nickFor), so
 * that clients can let them enter without asking for one.
 */
function reservedNick(context: RoomContext, room: RoomView, from: Jid): Element {
  const isKnown = areAssigned(context) || isAtLeast(room.affiliations.affiliationOf(from), "member");
  const name = isKnown ? nickFor(context, context.directory, room, from).text : undefined;
  const identity =
    name === undefined ? undefined : xml("identity", { category: "conference", type: "text", name });
  return xml("query", { xmlns: NS.discoInfo, node: "x-roomuser-item" }, identity);
}

export function seesDetailsOf(room: RoomView, from: Jid): boolean {
  const reader = { affiliation: room.affiliationOf(from), belongs: belongsTo(room, from) };
  return hooksOf("mayRead").every((mayRead) => mayRead(room, reader));
}

/** Whether a user is an occupant, a member, an administrator or an owner. */
export function belongsTo(room: RoomView, from: Jid): boolean {
  return isAtLeast(room.affiliationOf(from), "member") || room.isInside(from.bare);
}

export function refuseOutsider(room: RoomView, from: Jid): void {
  if (!seesDetailsOf(room, from)) {
    throw roomError(room.jid, "forbidden", "Only users who may enter the room can see this.");
  }
}
