/**
 * The room's own presence, from its bare address: its capabilities (XEP-0115) and picture (XEP-0153). Newcomers get it,
 * and all occupants when it changes.
 */
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { WireText } from "../../xml/wire-text.js";
import type { RoomTransaction } from "../context.js";
import type { RoomView } from "../room/room-view.js";
import { notifyEveryone } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import { status } from "../wire/presence-stanza.js";
import { capabilitiesOf } from "./description.js";

/** Status code 104: a change that doesn't concern privacy (XEP-0045 §10.2.1, XEP-0486 §5). */
const CHANGED = 104;

/** The presence with the picture; an empty <photo/> means that there is none. */
export function roomPresence(room: RoomView, to?: string): Element {
  const photo = xml("photo", {}, room.pictures[0]);
  return presence(room, to, xml("x", MUC.vcardUpdate, photo));
}

/** The presence for newcomers, without <photo/> if there is no picture. */
export function presenceFor(room: RoomView, newcomer: string): WireText {
  const hasPicture = room.pictures.length > 0;
  return serialise(hasPicture ? roomPresence(room, newcomer) : presence(room, newcomer));
}

/** Notifies occupants if the capabilities changed. @param before the previous hash */
export function notifyCapabilities(scope: RoomTransaction, before: string): void {
  const { room } = scope;
  if (capabilitiesOf(room).ver === before) return;
  notifyEveryone(scope, room.pictures.length > 0 ? roomPresence(room) : presence(room));
}

/** Notifies occupants of a changed vCard. @param hasNewPicture whether to send the picture's hash, too */
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
