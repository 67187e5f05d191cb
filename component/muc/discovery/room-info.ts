/**
 * Service discovery of a room (XEP-0045 §6.4–6.5) or an occupant, and the hash of a room's disco#info (XEP-0115). Fields
 * that change often aren't part of the hash.
 */
import { hash } from "node:crypto";
import type { Jid } from "../../addresses/address.js";
import type { IqReply } from "../../inbound/iq-reply.js";
import type { Inbound } from "../../inbound/router.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { infoFields } from "../admin/config-fields.js";
import type { RoomContext, RoomScope, RoomTransaction } from "../context.js";
import { hooksOf } from "../features.js";
import type { DescribedRoom } from "../features/feature.js";
import { areAssigned, nickFor } from "../occupancy/assigned-nick.js";
import { isAtLeast } from "../room/affiliation.js";
import type { Room } from "../room/room.js";
import { formElement, type FormField } from "../wire/data-form.js";
import { CHANGED, notifyChanges } from "../wire/fan-out.js";
import { listed } from "../wire/lists.js";
import { MUC } from "../wire/ns.js";

/** Answers a disco#info request to a room. @throws StanzaError item-not-found for an unknown node */
export function roomInfo({ context, room }: RoomScope, { from, payload }: Inbound<"room">): IqReply {
  const { node } = payload.attrs;
  if (node === "x-roomuser-item") return reservedNick(context, room, from);
  const seesDetails = seesDetailsOf(room, from);
  if (node === undefined) {
    const passing = hooksOf("passingInfo").flatMap((info) => info(room));
    // Everyone can read the names of public rooms in the list of rooms.
    const name = seesDetails || room.options.public ? room.options.name : "";
    return query(infoOf(room, name, seesDetails ? [...lastingFields(room), ...passing] : []));
  }
  const capabilities = capabilitiesOf(room);
  if (seesDetails && node === `${capabilities.node}#${capabilities.ver}`)
    return query(lastingInfo(room), node);
  throw room.error("item-not-found");
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

/**
 * Answers with the sender's reserved nickname (§7.12). Members get the nickname that calls use for them (nickFor), so
 * that clients can let them enter without asking for one.
 */
function reservedNick(context: RoomContext, room: Room, from: Jid): Element {
  const isKnown = areAssigned(context) || isAtLeast(room.affiliations.affiliationOf(from), "member");
  const name = isKnown ? nickFor(context, context.directory, room, from).text : undefined;
  const identity =
    name === undefined ? undefined : xml("identity", { category: "conference", type: "text", name });
  return xml("query", { xmlns: NS.discoInfo, node: "x-roomuser-item" }, identity);
}

export function seesDetailsOf(room: Room, from: Jid): boolean {
  const reader = { affiliation: room.affiliationOf(from), belongs: belongsTo(room, from) };
  return hooksOf("mayRead").every((mayRead) => mayRead(room, reader));
}

/** Whether a user is an occupant, a member, an administrator or an owner. */
export function belongsTo(room: Room, from: Jid): boolean {
  return isAtLeast(room.affiliationOf(from), "member") || room.isInside(from.bare);
}

export function refuseOutsider(room: Room, from: Jid): void {
  if (!seesDetailsOf(room, from)) {
    throw room.error("forbidden", "Only users who may enter the room can see this.");
  }
}

const ROOM_FEATURES: readonly string[] = [
  MUC.muc,
  MUC.stableId,
  MUC.selfPing,
  MUC.occupantId,
  MUC.capabilities,
  NS.sid,
  NS.discoInfo,
  NS.discoItems,
];

/** The contents of disco#info: the name of the only identity, the features and the fields of the only form. */
interface Info {
  readonly name: string;
  readonly features: readonly string[];
  readonly fields: readonly FormField[];
}

const IDENTITY = { category: "conference", type: "text" };

/** The latest hash of each room, with the state that it was computed from. */
const known = new WeakMap<Room, Omit<DescribedRoom, "jid"> & { readonly ver: string }>();

/** Returns a room's entity capabilities (XEP-0115). The hash is computed once for each configuration. */
export function capabilitiesOf(room: Room): { readonly node: string; readonly ver: string } {
  const { options, pictures, hasHats } = room;
  const before = known.get(room);
  const isKnown = before?.options === options && before.pictures === pictures && before.hasHats === hasHats;
  const ver = isKnown ? before.ver : hashOf(lastingInfo(room));
  if (!isKnown) known.set(room, { options, pictures, hasHats, ver });
  return { node: `xmpp:${room.jid.domain}`, ver };
}

function lastingInfo(room: DescribedRoom): Info {
  return infoOf(room, room.options.name, lastingFields(room));
}

function lastingFields(room: DescribedRoom): FormField[] {
  return [...infoFields(room.options), ...hooksOf("info").flatMap((info) => info(room))];
}

/** Collects the parts of disco#info. @param name the room's name; "" if it is hidden or not set */
function infoOf(room: DescribedRoom, name: string, fields: readonly FormField[]): Info {
  const declared = hooksOf("disco").flatMap((disco) => disco(room));
  const features = [...new Set([...ROOM_FEATURES, ...declared])].sort();
  return { name: name === "" ? room.jid.local : name, features, fields };
}

function query({ name, features, fields }: Info, node?: string): Element {
  return xml(
    "query",
    { xmlns: NS.discoInfo, node },
    xml("identity", { ...IDENTITY, name }),
    ...features.map((feature) => xml("feature", { var: feature })),
    formElement("result", MUC.roomInfo, fields),
  );
}

/**
 * Returns the room's own presence, from its bare address: capabilities (XEP-0115) and the picture's hash (XEP-0153).
 * @param photo whether <photo/> is there, which is empty if there is no picture
 */
export function roomPresence(room: Room, to?: string, photo = room.pictures.length > 0): Element {
  return xml(
    "presence",
    { from: room.jid.text, to },
    xml("c", { xmlns: MUC.capabilities, hash: "sha-1", ...capabilitiesOf(room) }),
    photo ? xml("x", MUC.vcardUpdate, xml("photo", {}, room.pictures[0])) : undefined,
  );
}

/** Notifies occupants of a changed vCard (XEP-0486 §5). @param hasNewPicture whether the picture has changed, too */
export function notifyVcard(scope: RoomTransaction, hasNewPicture: boolean): void {
  const { transaction, room } = scope;
  if (hasNewPicture) transaction.broadcast(roomPresence(room, undefined, true), room.inside.recipients);
  notifyChanges(scope, [CHANGED]);
}

/** Returns the hash of disco#info (XEP-0115 §5.1): SHA-1 in base64. */
function hashOf({ name, features, fields }: Info): string {
  const values = new Map(fields.map((field) => [field.name, field.values]));
  const names = inOrder([...values.keys()]);
  const parts = [
    `${IDENTITY.category}/${IDENTITY.type}//${name}`,
    ...inOrder(features),
    MUC.roomInfo,
    ...names.flatMap((each) => [each, ...inOrder(values.get(each) ?? [])]),
  ];
  return hash("sha1", parts.map((part) => `${part}<`).join(""), "base64");
}

/** Sorts texts by their bytes in UTF-8 (RFC 4790 §9.3). */
function inOrder(texts: readonly string[]): readonly string[] {
  return [...texts].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}
