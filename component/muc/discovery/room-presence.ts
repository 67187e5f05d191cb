/** The room's own presence, from its bare address: capabilities (XEP-0115) and the picture's hash (XEP-0153). */
import { xml, type Element } from "../../xml/builder.js";
import type { RoomTransaction } from "../context.js";
import type { RoomView } from "../room/room-view.js";
import { CHANGED, notifyChanges } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import { capabilitiesOf } from "./description.js";

/** Returns the room's presence with the picture's hash; <photo/> is empty if there is no picture. */
export function roomPresence(room: RoomView): Element {
  return presence(room, undefined, xml("x", MUC.vcardUpdate, xml("photo", {}, room.pictures[0])));
}

/** Returns the room's presence, without <photo/> if there is no picture. */
export function plainPresence(room: RoomView, to?: string): Element {
  const [picture] = room.pictures;
  return presence(
    room,
    to,
    picture === undefined ? undefined : xml("x", MUC.vcardUpdate, xml("photo", {}, picture)),
  );
}

/** Notifies occupants if the room's capabilities have changed. @param before previous hash */
export function notifyCapabilities({ transaction, room }: RoomTransaction, before: string): void {
  if (capabilitiesOf(room).ver !== before) transaction.broadcast(plainPresence(room), room.recipients);
}

/** Notifies occupants of a changed vCard (XEP-0486 §5). @param hasNewPicture whether the picture has changed, too */
export function notifyVcard(scope: RoomTransaction, hasNewPicture: boolean): void {
  const { transaction, room } = scope;
  if (hasNewPicture) transaction.broadcast(roomPresence(room), room.recipients);
  notifyChanges(scope, [CHANGED]);
}

function presence(room: RoomView, to: string | undefined, picture: Element | undefined): Element {
  const caps = xml("c", { xmlns: MUC.capabilities, hash: "sha-1", ...capabilitiesOf(room) });
  return xml("presence", { from: room.jid.text, to }, caps, picture);
}
