/**
 * A room's vCard (XEP-0054) and the picture in it (XEP-0486): its owners set it, and whoever may know what the room is
 * may read it. Those inside are told of another picture by status 104, and by a presence from the room's own address.
 */
import { hash } from "node:crypto";
import type { RoomVcard } from "../../../../storage/rooms-store.js";
import { replied, type Inbound, type IqReply } from "../../../router.js";
import { NS, xml, type Element } from "../../../xml/builder.js";
import { parseXml, XmlFault } from "../../../xml/parse.js";
import { serialise } from "../../../xml/serialise.js";
import { LEFT_FREE, mustFit } from "../../../xml/wire-text.js";
import type { RoomScope } from "../../context.js";
import { notifyVcard } from "../../discovery/room-presence.js";
import { refuseOutsider } from "../../discovery/visibility.js";
import { roomError } from "../../wire/errors.js";
import { sendResult } from "../../wire/iq-result.js";
import { passOn } from "../../wire/payload.js";

/** So many bytes may a vCard have besides its pictures. */
const MOST_BESIDES = 16 * 1024;
/** XEP-0486 §5.1: they are one picture in several formats. */
const MOST_PICTURES = 8;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** An empty one where there is none. @throws StanzaError forbidden for outsiders of rooms that are closed */
export function showVcard(scope: RoomScope, { from }: Inbound<"room">): IqReply {
  const { room } = scope;
  refuseOutsider(room, from);
  const stored = storedVcard(scope);
  const vcard = stored === undefined ? undefined : parseXml(stored);
  return vcard === undefined || vcard instanceof XmlFault ? xml("vCard", NS.vcard) : vcard;
}

/** An empty one removes what there is. @throws StanzaError forbidden for all but owners */
export function setVcard(scope: RoomScope, { from, payload, stanza }: Inbound<"room">): IqReply {
  const { transaction, room } = scope;
  if (room.affiliationOf(from) !== "owner") {
    throw roomError(room.jid, "auth", "forbidden", "Only owners set the room's vCard.");
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
 * A vCard that somebody sent; undefined where it is empty. Its pictures are written anew: what they were hashed from
 * is what every reader of base64 makes of them.
 * @throws StanzaError policy-violation where it is too long, bad-request where it can't be passed on
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
    if (!BASE64.test(base64)) throw roomError(room.jid, "modify", "bad-request", "A picture is no base64.");
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
  if (bytes > avatarBytes || besides > MOST_BESIDES || pictures.length > MOST_PICTURES) {
    const most = `At most ${avatarBytes} bytes of picture and ${MOST_BESIDES} besides are taken.`;
    throw roomError(room.jid, "modify", "policy-violation", most);
  }
  mustFit(text, stanzaBytes - LEFT_FREE.kept);
  return { vcard: text, pictures: pictures.map((picture) => hash("sha1", picture)) };
}
