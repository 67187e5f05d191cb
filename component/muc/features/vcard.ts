/**
 * Handles a room's vCard (XEP-0054) with its picture (XEP-0486): owners set it, everyone who may see the room's
 * details reads it. Occupants are notified of changes by status code 104, and of new pictures by the room's presence.
 */
import { hash } from "node:crypto";
import type { RoomVcard } from "../../../storage/rooms-store.js";
import { replied, type IqReply } from "../../inbound/iq-reply.js";
import type { Inbound } from "../../inbound/router.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { parseXml, XmlFault } from "../../xml/parse.js";
import { serialise } from "../../xml/serialise.js";
import { LEFT_FREE, mustFit } from "../../xml/wire-text.js";
import type { RoomScope } from "../context.js";
import { notifyVcard, refuseOutsider } from "../discovery/room-info.js";
import { sendResult } from "../wire/replies.js";
import { passOn } from "../wire/sanitising.js";

const MAX_BYTES_BESIDES = 16 * 1024;
/** How many pictures a vCard may have: one picture in several formats (XEP-0486 §5.1). */
const MAX_PICTURES = 8;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Answers with the room's vCard, empty if none is set. @throws StanzaError forbidden */
export function showVcard(scope: RoomScope, { from }: Inbound<"room">): IqReply {
  const { room } = scope;
  refuseOutsider(room, from);
  const stored = storedVcard(scope);
  const vcard = stored === undefined ? undefined : parseXml(stored);
  return vcard === undefined || vcard instanceof XmlFault ? xml("vCard", NS.vcard) : vcard;
}

/** Sets the room's vCard; an empty one removes it. @throws StanzaError forbidden if the sender is no owner */
export function setVcard(scope: RoomScope, { from, payload, stanza }: Inbound<"room">): typeof replied {
  const { transaction, room } = scope;
  if (room.affiliationOf(from) !== "owner") {
    throw room.error("forbidden", "Only owners may set the room's vCard.");
  }
  const vcard = parseVcard(scope, payload);
  sendResult(transaction, stanza);
  if (vcard?.vcard === storedVcard(scope)) return replied;
  const before = room.pictures;
  room.setVcard(transaction, vcard);
  notifyVcard(scope, before.join() !== room.pictures.join());
  return replied;
}

function storedVcard({ context, room }: RoomScope): string | undefined {
  context.rooms.settle(room);
  return context.stores.vcards.find(room.id);
}

/**
 * Parses a submitted vCard; undefined if it is empty. Pictures are decoded and encoded again, so that clients get
 * exactly the bytes that the hash covers.
 * @throws StanzaError policy-violation if the vCard is too long, bad-request if it can't be passed on
 */
function parseVcard(
  { context: { avatarBytes, stanzaBytes }, room }: RoomScope,
  payload: Element,
): RoomVcard | undefined {
  const { attrs, children } = passOn(payload);
  const pictures: Buffer[] = [];
  const kept = children.map((child) => {
    if (typeof child === "string" || child.name !== "PHOTO") return child;
    const base64 = (child.getChildText("BINVAL") ?? "").replace(/\s+/g, "");
    if (!BASE64.test(base64)) throw room.error("bad-request", "A picture is not valid base64.");
    const picture = Buffer.from(base64, "base64");
    if (picture.length === 0) return child;
    pictures.push(picture);
    const others = child.getChildElements().filter(({ name }) => name !== "BINVAL");
    return xml("PHOTO", child.attrs, ...others, xml("BINVAL", {}, picture.toString("base64")));
  });
  if (kept.every((child) => typeof child === "string")) return undefined;
  const text = serialise(xml("vCard", attrs, ...kept));
  const bytes = pictures.reduce((sum, { length }) => sum + length, 0);
  const besides = Buffer.byteLength(text) - Math.ceil(bytes / 3) * 4;
  if (bytes > avatarBytes || besides > MAX_BYTES_BESIDES || pictures.length > MAX_PICTURES) {
    const most = `At most ${avatarBytes} bytes of picture and ${MAX_BYTES_BESIDES} besides are taken.`;
    throw room.error("policy-violation", most);
  }
  mustFit(text, stanzaBytes - LEFT_FREE.kept);
  return { vcard: text, pictures: pictures.map((picture) => hash("sha1", picture)) };
}
