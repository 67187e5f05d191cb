/**
 * Taking back one's own message (XEP-0424): as with a moderator's retraction, a tombstone stands in its place in the
 * archive, and it is gone from the history. The message that says so is passed on to everybody as it is.
 */
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { parseXml, XmlFault } from "../../xml/parse.js";
import { placeTombstone } from "../archive/tombstones.js";
import type { RoomContext } from "../context.js";
import type { Feature } from "./feature.js";
import { MUC } from "../wire/ns.js";
import { isTombstone } from "../archive/retraction.js";
import type { Room } from "../room/room.js";
import type { Transaction } from "../transaction.js";

/** A message that takes back one of its sender's. */
export interface OwnRetraction {
  /** The sender's account. */
  readonly sender: string;
  readonly message: Element;
}

/** The id of the message that a child takes back, in the form of today or of XEP-0424's version 0.3. */
export function retractedIn(child: Element): string | undefined {
  if (child.is("retract", MUC.retract)) return child.attrs.id;
  const isOld = child.is("apply-to", MUC.fasten) && child.getChild("retract", MUC.oldRetract) !== undefined;
  return isOld ? child.attrs.id : undefined;
}

/** Puts tombstones in the place of what the message takes back, if it is its sender's. */
export function retractOwn(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  retraction: OwnRetraction,
): void {
  const { sender, message } = retraction;
  const id = message
    .getChildElements()
    .map(retractedIn)
    .find((found) => found !== undefined);
  if (id === undefined) return;
  context.rooms.settle(room);
  const stored = find(context, room, sender, id);
  if (stored === undefined) return;
  const original = parseXml(stored.stanza);
  if (!(original instanceof XmlFault) && isTombstone(original)) return;
  const stamp = new Date(transaction.at).toISOString();
  placeTombstone(context, transaction, room, stored, [
    xml("retracted", { xmlns: MUC.retract, id: message.attrs.id, stamp }),
    xml("retracted", { xmlns: MUC.oldRetract, stamp }),
  ]);
}

export const ownRetraction: Feature = { discoFeatures: () => [MUC.retract] };

/** By its stanza-id, as XEP-0424 wants it; some clients name the id that they gave it themselves. */
function find(context: RoomContext, room: Room, sender: string, id: string): StoredMessage | undefined {
  const { archive } = context.rooms.stores;
  const [, number, mark] = /^(\d{1,16})(e?)$/.exec(id) ?? [];
  const byStanzaId = number === undefined ? undefined : archive.find(room.id, Number(number), mark === "");
  if (byStanzaId !== undefined) return byStanzaId.sender === sender ? byStanzaId : undefined;
  return archive.newestOf(room.id, sender).find(({ stanza }) => {
    const message = parseXml(stanza);
    if (message instanceof XmlFault) return false;
    return message.attrs.id === id || message.getChild("origin-id", NS.sid)?.attrs.id === id;
  });
}
