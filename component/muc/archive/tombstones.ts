import type { FoundMessage } from "../../../storage/rooms-archive.js";
import { Jid } from "../../addresses/address.js";
import { occupantJid } from "../../addresses/nick.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { RoomScope } from "../context.js";
import type { RoomView } from "../room/room-view.js";
import { occupantId, stanzaId } from "../room/stable-ids.js";

/** How many corrections one transaction replaces. The remaining ones follow in further transactions. */
const AT_ONCE = 50;

/** Puts tombstones (XEP-0424) with this <retracted/> in place of a retracted message and of its corrections. */
export function placeTombstone(scope: RoomScope, message: FoundMessage, tombstone: Element): void {
  replace(scope, message, tombstone);
  replaceCorrections(scope, message, tombstone);
}

function replaceCorrections(scope: RoomScope, message: FoundMessage, tombstone: Element): void {
  const { context, transaction, room } = scope;
  const { archive } = context.stores;
  const corrections = archive.corrections(room.id, message, AT_ONCE);
  for (const correction of corrections) replace(scope, correction, tombstone);
  if (corrections.length < AT_ONCE) return;
  transaction.whenDone(() => {
    // This callback also runs if the transaction has failed.
    if (!archive.isRetracted(message.id)) return;
    const next = context.transactions.own((transaction) =>
      replaceCorrections({ ...scope, transaction }, message, tombstone),
    );
    next.catch((error: unknown) => {
      context.log.error("Corrections of a retracted message could not be retracted; retract it again", {
        error,
      });
    });
  });
}

function replace(
  { transaction, room }: RoomScope,
  { id, sender, nick, ownId }: FoundMessage,
  tombstone: Element,
): void {
  const author = Jid.parse(sender);
  const placed = xml(
    "message",
    { from: addressOf(room, nick), type: "groupchat", id: ownId ?? undefined },
    author && occupantId(room.occupantIdOf(author.bare)),
    tombstone,
    stanzaId(room.jid, id, true),
  );
  const text = serialise(placed);
  transaction.writeOnDisk(room, ({ archive }) => archive.retract(room.id, id, text));
}

/** Returns the address in the room that belongs to a nickname; undefined if the nickname isn't valid. */
export function addressOf(room: RoomView, nick: string): string | undefined {
  return occupantJid(room.jid, { text: nick, key: "" })?.text;
}
