/**
 * The room's own presence, from its address without a nickname: what it can do (XEP-0115) and which picture it has
 * (XEP-0153), as contacts tell it. Newcomers get it, and everybody inside where something of it changes.
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

/** Status code 104: what isn't privacy-related has changed (XEP-0045 §10.2.1, XEP-0486 §5). */
const CHANGED = 104;

/** An empty <photo/> says that there is no picture (any more). */
export function roomPresence(room: RoomView, to?: string): Element {
  const photo = xml("photo", {}, room.pictures[0]);
  return presence(room, to, xml("x", MUC.vcardUpdate, photo));
}

/** Newcomers aren't told that there is no picture. */
export function presenceFor(room: RoomView, newcomer: string): WireText {
  const hasPicture = room.pictures.length > 0;
  return serialise(hasPicture ? roomPresence(room, newcomer) : presence(room, newcomer));
}

/** Tells everybody inside where the room can do something else than before. @param before the hash until then */
export function notifyCapabilities(told: RoomTransaction, before: string): void {
  const { room } = told;
  if (capabilitiesOf(room).ver === before) return;
  notifyEveryone(told, room.pictures.length > 0 ? roomPresence(room) : presence(room));
}

/** Tells everybody inside that the vCard has changed, and which picture the room has where that is to be told. */
export function notifyVcard(told: RoomTransaction, isPictureTold: boolean): void {
  const { room } = told;
  if (isPictureTold) notifyEveryone(told, roomPresence(room));
  const x = xml("x", MUC.user, status(CHANGED));
  notifyEveryone(told, xml("message", { from: room.jid.text, type: "groupchat" }, x));
}

function presence(room: RoomView, to?: string, picture?: Element): Element {
  const caps = xml("c", { xmlns: MUC.capabilities, hash: "sha-1", ...capabilitiesOf(room) });
  return xml("presence", { from: room.jid.text, to }, caps, picture);
}
