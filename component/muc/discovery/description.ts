/** A room's disco#info (XEP-0045 §6.4) and its hash (XEP-0115). Fields that change often aren't part of the hash. */
import { NS, xml, type Element } from "../../xml/builder.js";
import { infoFields } from "../admin/config-fields.js";
import { hooksOf } from "../features.js";
import type { Described } from "../features/feature.js";
import type { RoomView } from "../room/room-view.js";
import { formElement, type FormField } from "../wire/data-form.js";
import { MUC } from "../wire/ns.js";
import type { RoomTransaction } from "../context.js";
import { CHANGED, notifyChanges } from "../wire/fan-out.js";
import { hash } from "node:crypto";

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
const known = new WeakMap<RoomView, Omit<Described, "jid"> & { readonly ver: string }>();

/** Returns a room's disco#info. @param isVisible whether the requester may see details */
export function describe(room: RoomView, isVisible: boolean): Element {
  const lasting = isVisible ? lastingFields(room) : [];
  const passing = isVisible ? hooksOf("passingInfo").flatMap((info) => info(room)) : [];
  // Everyone can read the names of public rooms in the list of rooms.
  const name = isVisible || room.options.public ? room.options.name : "";
  return query(infoOf(room, name, [...lasting, ...passing]));
}

/** Returns the part of a room's disco#info that the hash covers. @param node the requested node */
export function describeLasting(room: Described, node: string): Element {
  return query(lastingInfo(room), node);
}

/** Returns a room's entity capabilities (XEP-0115). The hash is computed once for each configuration. */
export function capabilitiesOf(room: RoomView): { readonly node: string; readonly ver: string } {
  const { options, pictures, hasHats } = room;
  const before = known.get(room);
  const isKnown = before?.options === options && before.pictures === pictures && before.hasHats === hasHats;
  const ver = isKnown ? before.ver : hashOf(lastingInfo(room));
  if (!isKnown) known.set(room, { options, pictures, hasHats, ver });
  return { node: `xmpp:${room.jid.domain}`, ver };
}

function lastingInfo(room: Described): Info {
  return infoOf(room, room.options.name, lastingFields(room));
}

function lastingFields(room: Described): FormField[] {
  return [...infoFields(room.options), ...hooksOf("info").flatMap((info) => info(room))];
}

/** Collects the parts of disco#info. @param name the room's name; "" if it is hidden or not set */
function infoOf(room: Described, name: string, fields: readonly FormField[]): Info {
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
export function roomPresence(room: RoomView, to?: string, photo = room.pictures.length > 0): Element {
  return xml(
    "presence",
    { from: room.jid.text, to },
    xml("c", { xmlns: MUC.capabilities, hash: "sha-1", ...capabilitiesOf(room) }),
    photo ? xml("x", MUC.vcardUpdate, xml("photo", {}, room.pictures[0])) : undefined,
  );
}

/** Notifies occupants if the room's capabilities have changed. @param before previous hash */
export function notifyCapabilities({ transaction, room }: RoomTransaction, before: string): void {
  if (capabilitiesOf(room).ver !== before) transaction.broadcast(roomPresence(room), room.recipients);
}

/** Notifies occupants of a changed vCard (XEP-0486 §5). @param hasNewPicture whether the picture has changed, too */
export function notifyVcard(scope: RoomTransaction, hasNewPicture: boolean): void {
  const { transaction, room } = scope;
  if (hasNewPicture) transaction.broadcast(roomPresence(room, undefined, true), room.recipients);
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

const SURROGATE = /[\ud800-\udfff]/;

/** Sorts texts by their bytes in UTF-8 (RFC 4790 §9.3). Without surrogates, JavaScript's own order is the same. */
function inOrder(texts: readonly string[]): readonly string[] {
  if (!SURROGATE.test(texts.join(""))) return [...texts].sort();
  return [...texts].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}
