/**
 * What a room says of itself (XEP-0045 §6.4), and the hash that stands for it (XEP-0115), as those may know it who are
 * inside. How many are inside and what they talk about changes all the time: it is told to whoever asks, and is no
 * part of what the hash stands for.
 */
import { NS, xml, type Element } from "../../xml/builder.js";
import { infoFields } from "../admin/config-fields.js";
import { HOOKS } from "../features.js";
import type { Described } from "../features/feature.js";
import { isPublic } from "../features/public-list.js";
import type { RoomView } from "../room/room-view.js";
import { verificationOf, verificationText, type DiscoInfo } from "../wire/capabilities.js";
import { formElement, type FormField } from "../wire/data-form.js";
import { MUC } from "../wire/ns.js";
import { DescriptionCache } from "./description-cache.js";

/** What every room declares. */
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

export interface Capabilities {
  readonly node: string;
  readonly ver: string;
}

/** The last hash of each room, and what it was made of. */
const known = new WeakMap<RoomView, Omit<Described, "jid"> & { readonly ver: string }>();

const descriptions = new DescriptionCache((room) => verificationText(lastingInfo(room)));

/** @param isSeen whether the asker may know what goes on in the room */
export function describe(room: RoomView, isSeen: boolean): Element {
  const lasting = isSeen ? lastingFields(room) : [];
  const passing = isSeen ? HOOKS.passingInfo.flatMap((info) => info(room)) : [];
  // The service's list tells the names of public rooms to everybody.
  const name = isSeen || isPublic(room) ? room.options.name : "";
  return query(infoOf(room, name, [...lasting, ...passing]));
}

/** What the hash stands for. */
export function describeLasting(room: Described, node: string): Element {
  return query(lastingInfo(room), node);
}

/**
 * Hashed once for each configuration. The node is the service: the hash holds for its rooms that say the same.
 */
export function capabilitiesOf(room: RoomView): Capabilities {
  const { options, pictures, hasHats } = room;
  const before = known.get(room);
  const isKnown = before?.options === options && before.pictures === pictures && before.hasHats === hasHats;
  const ver = isKnown ? before.ver : verificationOf(descriptions.textOf(room));
  if (!isKnown) known.set(room, { options, pictures, hasHats, ver });
  return { node: `xmpp:${room.jid.domain}`, ver };
}

function lastingInfo(room: Described): DiscoInfo {
  return infoOf(room, room.options.name, lastingFields(room));
}

function lastingFields(room: Described): FormField[] {
  return [...infoFields(room.options), ...HOOKS.info.flatMap((info) => info(room))];
}

/** @param name "" where it isn't told, or there is none */
function infoOf(room: Described, name: string, fields: readonly FormField[]): DiscoInfo {
  const declared = HOOKS.disco.flatMap((disco) => disco(room));
  return {
    identities: [{ category: "conference", type: "text", name: name === "" ? room.jid.local : name }],
    features: [...new Set([...ROOM_FEATURES, ...declared])].sort(),
    forms: [{ type: MUC.roomInfo, fields }],
  };
}

function query(info: DiscoInfo, node?: string): Element {
  return xml(
    "query",
    { xmlns: NS.discoInfo, node },
    ...info.identities.map(({ category, type, name }) => xml("identity", { category, type, name })),
    ...info.features.map((feature) => xml("feature", { var: feature })),
    ...info.forms.map(({ type, fields }) => formElement("result", type, fields)),
  );
}
