/** Discovery (XEP-0045 §6): the service's list, and what a room says of itself. */
import { Jid } from "../../address.js";
import type { Inbound, IqReply } from "../../router.js";
import { StanzaError } from "../../stanza-error.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import type { RoomContext } from "../context.js";
import { formElement } from "../wire/data-form.js";
import { roomError } from "../wire/errors.js";
import { isBroadcast } from "../wire/fan-out.js";
import { discoFeatures, infoFields } from "../features.js";
import { belongsTo, seesInto } from "./visibility.js";
import { fitting, listed } from "../wire/lists.js";
import { MUC } from "../wire/ns.js";
import { readOptions } from "../room/options.js";
import { relay } from "../relay/iqs.js";
import { pageElement, readPage } from "../wire/result-set.js";
import { roomJid } from "../rooms.js";
import type { Room } from "../room/room.js";
import type { Transaction } from "../transaction.js";

/** What the service declares besides what its handlers do. */
export const SERVICE_FEATURES: readonly string[] = [MUC.muc, MUC.stableId, MUC.occupantId];

/** What every room declares. */
const ROOM_FEATURES: readonly string[] = [
  MUC.muc,
  MUC.stableId,
  MUC.selfPing,
  MUC.occupantId,
  NS.sid,
  NS.discoInfo,
  NS.discoItems,
];

const PAGE = 1000;

/** The public rooms, by name; a page of them where the asker wants pages, or where there are many. */
export function listRooms(context: RoomContext, { payload }: Inbound<"service">): Element {
  const page = readPage(payload);
  if (page === undefined) throw new StanzaError("modify", "bad-request");
  if (page.before !== undefined) throw new StanzaError("cancel", "feature-not-implemented");
  const { stores, config } = context.rooms;
  const size = Math.min(page.max ?? PAGE, PAGE);
  const after = page.after === undefined ? "" : (Jid.parse(page.after)?.local ?? "");
  const rooms = size === 0 ? [] : stores.rooms.listedAfter(after, size);
  const entries = rooms.flatMap(({ name, options }) => {
    const jid = roomJid(name, context.domain);
    const shown = readOptions(options, config).name;
    if (jid === undefined) return [];
    return [{ id: jid.text, item: xml("item", { jid: jid.text, name: shown === "" ? name : shown }) }];
  });
  const items = fitting(entries, context.stanzaBytes);
  const count = stores.rooms.countListed();
  const isPart = payload.getChild("set", MUC.rsm) !== undefined || count > items.length;
  return xml(
    "query",
    NS.discoItems,
    ...items,
    isPart
      ? pageElement(
          entries.slice(0, items.length).map(({ id }) => id),
          count,
        )
      : undefined,
  );
}

export function roomInfo(
  context: RoomContext,
  _turn: Transaction,
  { from, to, payload }: Inbound<"room">,
): IqReply {
  const room = context.rooms.get(to.jid);
  const { node } = payload.attrs;
  if (node === "x-roomuser-item") return reservedNick(room, from);
  if (node !== undefined) throw roomError(room.jid, "cancel", "item-not-found");
  const isSeen = seesInto(room, from);
  // The service's list tells the names of public rooms to everybody.
  const name = isSeen || room.options.public ? room.options.name : "";
  const features = [...new Set([...ROOM_FEATURES, ...discoFeatures(room)])].sort();
  return xml(
    "query",
    NS.discoInfo,
    xml("identity", { category: "conference", type: "text", name: name === "" ? room.jid.local : name }),
    ...features.map((feature) => xml("feature", { var: feature })),
    formElement("result", MUC.roomInfo, isSeen ? infoFields(room) : []),
  );
}

/** Public rooms that are open list their occupants, whose presence is told; others only to those inside or of them. */
export function roomItems(
  context: RoomContext,
  _turn: Transaction,
  { from, to, payload }: Inbound<"room">,
): IqReply {
  const room = context.rooms.get(to.jid);
  if (payload.attrs.node !== undefined)
    return xml("query", { xmlns: NS.discoItems, node: payload.attrs.node });
  const mayKnow = seesInto(room, from) && (room.options.public || belongsTo(room, from));
  const occupants = mayKnow ? [...room.occupants.values()].filter(({ role }) => isBroadcast(room, role)) : [];
  return xml(
    "query",
    NS.discoItems,
    ...listed(
      payload,
      occupants.map(({ jid, nick }) => ({
        id: jid.text,
        item: xml("item", { jid: jid.text, name: nick.text }),
      })),
      context.stanzaBytes,
    ),
  );
}

/** An occupant's address: those inside may ask, not others (§6.6). @throws StanzaError */
export async function occupantInfo(context: RoomContext, inbound: Inbound<"occupant">): Promise<IqReply> {
  const { from, to } = inbound;
  const isInside = context.rooms.find(to.room)?.sessions.has(from.text) === true;
  if (isInside) return await relay(context, inbound);
  throw roomError(to.room, "modify", "bad-request", "Only occupants may ask occupants.");
}

/** The nickname reserved for whoever asks (§6.3). */
function reservedNick(room: Room, from: Jid): Element {
  const nick = room.members.get(from.bare.text)?.nick;
  const identity =
    nick === undefined ? undefined : xml("identity", { category: "conference", type: "text", name: nick });
  return xml("query", { xmlns: NS.discoInfo, node: "x-roomuser-item" }, identity);
}
