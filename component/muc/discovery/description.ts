/**
 * What a room says of itself (XEP-0045 §6.4), and the hash that stands for it (XEP-0115), as those may know it who are
 * inside. How many are inside and what they talk about changes all the time: it is told to whoever asks, and is no
 * part of what the hash stands for.
 */
import { NS, xml, type Element } from "../../xml/builder.js";
import { HOOKS } from "../features.js";
import type { Described } from "../features/feature.js";
import { nameIn } from "../features/description.js";
import { isPublic } from "../features/public-list.js";
import type { RoomView } from "../room/room-view.js";
import { Features, verificationOf, type DiscoInfo } from "../wire/capabilities.js";
import { formElement, type FormField } from "../wire/data-form.js";
import { MUC } from "../wire/ns.js";

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

/** Those of rooms, by what they declare besides. Rooms differ in few of them. */
const features = new Map<string, Features>();

/** @param isSeen whether the asker may know what goes on in the room */
export function describe(room: RoomView, isSeen: boolean): Element {
  const fields = isSeen
    ? [...saidBy(HOOKS.info, room), ...HOOKS.passingInfo.flatMap((info) => info(room))]
    : [];
  // The service's list tells the names of public rooms to everybody.
  const name = isSeen || isPublic(room) ? nameIn(room.options) : "";
  return query(infoOf(room, name, fields));
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
  const ver = isKnown ? before.ver : verificationOf(lastingInfo(room));
  if (!isKnown) known.set(room, { options, pictures, hasHats, ver });
  return { node: `xmpp:${room.jid.domain}`, ver };
}

function lastingInfo(room: Described): DiscoInfo {
  return infoOf(room, nameIn(room.options), saidBy(HOOKS.info, room));
}

/** @param name "" where it isn't told, or there is none */
function infoOf(room: Described, name: string, fields: readonly FormField[]): DiscoInfo {
  return {
    identities: [{ category: "conference", type: "text", name: name === "" ? room.jid.local : name }],
    features: featuresWith(saidBy(HOOKS.disco, room)),
    forms: [{ type: MUC.roomInfo, fields }],
  };
}

/** Whoever enters a room first waits for its hash, so this is a loop. */
function saidBy<T>(hooks: readonly ((room: Described) => readonly T[])[], room: Described): T[] {
  const all: T[] = [];
  for (const hook of hooks) all.push(...hook(room));
  return all;
}

function featuresWith(declared: readonly string[]): Features {
  const key = declared.join(" ");
  const known = features.get(key) ?? new Features([...ROOM_FEATURES, ...declared]);
  features.set(key, known);
  return known;
}

function query(info: DiscoInfo, node?: string): Element {
  return xml(
    "query",
    { xmlns: NS.discoInfo, node },
    ...info.identities.map(({ category, type, name }) => xml("identity", { category, type, name })),
    ...info.features.names.map((feature) => xml("feature", { var: feature })),
    ...info.forms.map(({ type, fields }) => formElement("result", type, fields)),
  );
}
