/** Putting a tombstone in a message's place (XEP-0424, XEP-0425): of what its sender sent, only the id stays. */
import type { FoundMessage } from "../../../storage/rooms-archive.js";
import { Jid } from "../../address.js";
import { occupantJid } from "../../nick.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { RoomScope } from "../context.js";
import type { RoomView } from "../room/room-view.js";
import { occupantId, stanzaId } from "../room/stable-ids.js";

/** Puts one in a message's place, and in those of its corrections, as each has the text anew. */
export function placeTombstone(
  { context, transaction, room }: RoomScope,
  message: FoundMessage,
  tombstone: readonly Element[],
): void {
  const { sender, ownId } = message;
  const author = Jid.parse(sender);
  const corrections = ownId === null ? [] : context.stores.archive.corrections(room.id, sender, ownId);
  for (const { id, nick, ownId } of [message, ...corrections.filter((one) => one.id !== message.id)]) {
    const placed = xml(
      "message",
      { from: addressOf(room, nick), type: "groupchat", id: ownId ?? undefined },
      author && occupantId(room.occupantIdOf(author.bare)),
      ...tombstone,
      stanzaId(room.jid, id, true),
    );
    const text = serialise(placed);
    transaction.writeOnDisk(room, ({ archive }) => archive.retract(room.id, id, text));
  }
}

/** The address in the room of somebody who had this nickname. */
export function addressOf(room: RoomView, nick: string): string | undefined {
  return occupantJid(room.jid, { text: nick, key: "" })?.text;
}
