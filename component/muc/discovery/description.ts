/** A room's disco#info (XEP-0045 §6.4) and its hash (XEP-0115). Fields that change often aren't part of the hash. */
import { NS, xml, type Element } from "../../xml/builder.js";
import { infoFields } from "../admin/config-fields.js";
import { hooksOf } from "../features.js";
import type { Described } from "../features/feature.js";
import type { RoomView } from "../room/room-view.js";
import { verificationOf, verificationText, type DiscoInfo } from "../wire/capabilities.js";
import { formElement, type FormField } from "../wire/data-form.js";
import { MUC } from "../wire/ns.js";

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

/** A room's entity capabilities (XEP-0115): the software's identifier, and the hash. */
export interface Capabilities {
  readonly node: string;
  readonly ver: string;
}

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

/** Returns a room's capabilities. The hash is computed once for each configuration. */
export function capabilitiesOf(room: RoomView): Capabilities {
  const { options, pictures, hasHats } = room;
  const before = known.get(room);
  const isKnown = before?.options === options && before.pictures === pictures && before.hasHats === hasHats;
  const ver = isKnown ? before.ver : verificationOf(verificationText(lastingInfo(room)));
  if (!isKnown) known.set(room, { options, pictures, hasHats, ver });
  return { node: `xmpp:${room.jid.domain}`, ver };
}

function lastingInfo(room: Described): DiscoInfo {
  return infoOf(room, room.options.name, lastingFields(room));
}

function lastingFields(room: Described): FormField[] {
  return [...infoFields(room.options), ...hooksOf("info").flatMap((info) => info(room))];
}

/** Collects the parts of disco#info. @param name the room's name; "" if it is hidden or not set */
function infoOf(room: Described, name: string, fields: readonly FormField[]): DiscoInfo {
  const declared = hooksOf("disco").flatMap((disco) => disco(room));
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
