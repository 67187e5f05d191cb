/** Putting a tombstone in a message's place (XEP-0424, XEP-0425): of what its sender sent, only the id stays. */
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import { occupantJid } from "../../nick.js";
import { xml, type Element } from "../../xml/builder.js";
import { parseXml, XmlFault } from "../../xml/parse.js";
import { serialise } from "../../xml/serialise.js";
import type { RoomScope, Told } from "../context.js";
import type { RoomView } from "../room/room-view.js";
import { stanzaId } from "../room/stable-ids.js";
import { MUC } from "../wire/ns.js";

const CORRECTION = "urn:xmpp:message-correct:0";

/** Puts one in a message's place, and in those of its corrections, as each holds the text anew. */
export function placeTombstone(
  scope: RoomScope,
  message: StoredMessage,
  tombstone: readonly Element[],
): void {
  const { context, room } = scope;
  const original = read(message);
  placeOne(scope, message, tombstone);
  const id = original?.attrs.id;
  if (id === undefined) return;
  for (const later of context.stores.archive.newestOf(room.id, message.sender)) {
    const corrected = read(later)?.getChild("replace", CORRECTION)?.attrs.id;
    if (later.id !== message.id && corrected === id) placeOne(scope, later, tombstone);
  }
}

/** The address in the room of somebody who had this nickname. */
export function addressOf(room: RoomView, nick: string): string | undefined {
  return occupantJid(room.jid, { text: nick, key: "" })?.text;
}

/** It stands in the archive; in the history there is nothing any more. */
function placeOne({ transaction, room }: Told, message: StoredMessage, tombstone: readonly Element[]): void {
  const known = read(message);
  const attrs = { from: addressOf(room, message.nick), type: "groupchat", id: known?.attrs.id };
  const author = known?.getChild("occupant-id", MUC.occupantId);
  const placed = xml("message", attrs, author, ...tombstone, stanzaId(room.jid, message.id, true));
  const text = serialise(placed);
  transaction.writeOnDisk(room, ({ archive }) => archive.retract(room.id, message.id, text));
}

/** Undefined if it is damaged on the disk: it is replaced all the same. */
function read({ stanza }: StoredMessage): Element | undefined {
  const message = parseXml(stanza);
  return message instanceof XmlFault ? undefined : message;
}
