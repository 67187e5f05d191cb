/** Putting a tombstone in a message's place (XEP-0424, XEP-0425): of what its sender sent, only the id stays. */
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import { xml, type Element } from "../../xml/builder.js";
import { parseXml, XmlFault } from "../../xml/parse.js";
import { serialise } from "../../xml/serialise.js";
import type { RoomContext } from "../context.js";
import { occupantJid } from "../room/nick.js";
import { MUC } from "../wire/ns.js";
import type { Room } from "../room/room.js";
import { stanzaId } from "../room/stable-ids.js";
import type { Transaction } from "../transaction.js";

const CORRECTION = "urn:xmpp:message-correct:0";

/** Buries a message, and with it those that corrected it, as each holds the text anew. */
export function placeTombstone(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  message: StoredMessage,
  tombstone: readonly Element[],
): void {
  const original = read(message);
  placeOne(transaction, room, message, tombstone);
  const id = original?.attrs.id;
  if (id === undefined) return;
  for (const later of context.rooms.stores.archive.newestOf(room.id, message.sender)) {
    const corrected = read(later)?.getChild("replace", CORRECTION)?.attrs.id;
    if (later.id !== message.id && corrected === id) placeOne(transaction, room, later, tombstone);
  }
}

/** The address in the room of somebody who had this nickname. */
export function addressOf(room: Room, nick: string): string | undefined {
  return occupantJid(room.jid, { text: nick, key: "" })?.text;
}

function placeOne(
  transaction: Transaction,
  room: Room,
  message: StoredMessage,
  tombstone: readonly Element[],
): void {
  const known = read(message);
  const attrs = { from: addressOf(room, message.nick), type: "groupchat", id: known?.attrs.id };
  const author = known?.getChild("occupant-id", MUC.occupantId);
  const buried = xml("message", attrs, author, ...tombstone, stanzaId(room.jid, message.id, true));
  transaction.retract(room, message.id, serialise(buried));
}

/** undefined for what can't be read: another version wrote it, perhaps; it goes all the same. */
function read({ stanza }: StoredMessage): Element | undefined {
  const message = parseXml(stanza);
  return message instanceof XmlFault ? undefined : message;
}
