/** The room's own presence, from its bare address: capabilities (XEP-0115) and the picture's hash (XEP-0153). */
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { WireText } from "../../xml/wire-text.js";
import type { RoomTransaction } from "../context.js";
import type { RoomView } from "../room/room-view.js";
import { notifyEveryone } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import { status } from "../wire/presence-stanza.js";
import { capabilitiesOf } from "./description.js";

/** The status code for changes that don't concern privacy (XEP-0045 §10.2.1, XEP-0486 §5). */
const CHANGED = 104;

/** Returns the room's presence with the picture's hash; <photo/> is empty if there is no picture. */
export function roomPresence(room: RoomView, to?: string): Element {
  const photo = xml("photo", {}, room.pictures[0]);
  return presence(room, to, xml("x", MUC.vcardUpdate, photo));
}

/** Returns the room's presence for a newcomer, without <photo/> if there is no picture. */
export function presenceFor(room: RoomView, newcomer: string): WireText {
  const hasPicture = room.pictures.length > 0;
  return serialise(hasPicture ? roomPresence(room, newcomer) : presence(room, newcomer));
}

/** Notifies occupants if the room's capabilities have changed. @param before the previous hash */
export function notifyCapabilities(scope: RoomTransaction, before: string): void {
  const { room } = scope;
  if (capabilitiesOf(room).ver === before) return;
  notifyEveryone(scope, room.pictures.length > 0 ? roomPresence(room) : presence(room));
}

/** Notifies occupants of a changed vCard. @param hasNewPicture whether the picture has changed, too */
export function notifyVcard(scope: RoomTransaction, hasNewPicture: boolean): void {
  const { room } = scope;
  if (hasNewPicture) notifyEveryone(scope, roomPresence(room));
  const x = xml("x", MUC.user, status(CHANGED));
  notifyEveryone(scope, xml("message", { from: room.jid.text, type: "groupchat" }, x));
}

function presence(room: RoomView, to?: string, picture?: Element): Element {
  const caps = xml("c", { xmlns: MUC.capabilities, hash: "sha-1", ...capabilitiesOf(room) });
  return xml("presence", { from: room.jid.text, to }, caps, picture);
}
