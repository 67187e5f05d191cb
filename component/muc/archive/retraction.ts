/** A moderated retraction (XEP-0425): its announcement to occupants, and the tombstone in the archive. */
import { xml, type Element } from "../../xml/builder.js";
import { occupantId, stanzaId } from "../room/stable-ids.js";
import { MUC } from "../wire/ns.js";
import { textElement } from "../wire/text.js";
import type { FoundMessage } from "../../../storage/rooms-archive.js";
import { Jid } from "../../addresses/address.js";
import { occupantJid } from "../../addresses/nick.js";
import { serialise } from "../../xml/serialise.js";
import type { RoomScope } from "../context.js";
import type { RoomView } from "../room/room-view.js";

export interface Retraction {
  /** The stanza-id of the retracted message. */
  readonly target: string;
  /** The moderator's address in the room; undefined if the moderator isn't an occupant. */
  readonly by: string | undefined;
  readonly moderator: string;
  readonly reason: string | undefined;
}

/** Returns the announcement's <retract/>. */
export function retractionOf(retraction: Retraction): Element {
  const { target: id, reason } = retraction;
  return xml("retract", { xmlns: MUC.retract, id }, moderated(retraction), textElement("reason", reason));
}

/** Returns the tombstone's <retracted/>. @param id the announcement's id @param at milliseconds since 1970 */
export function tombstoneOf(retraction: Retraction, id: string | undefined, at: number): Element {
  const stamp = new Date(at).toISOString();
  const reason = textElement("reason", retraction.reason);
  return xml("retracted", { xmlns: MUC.retract, id, stamp }, moderated(retraction), reason);
}

/** Whether an element in a namespace of retractions belongs to a moderated one, which only the room may send. */
export function isModeration(element: Element): boolean {
  return NAMES.has(element.getName()) || element.getChild("moderated") !== undefined;
}

/** Returns the id of the message that an element retracts (XEP-0424), if it is a retraction. */
export function retractedIn(child: Element): string | undefined {
  return child.is("retract", MUC.retract) ? child.attrs.id : undefined;
}

const NAMES: ReadonlySet<string> = new Set(["moderated", "retracted"]);

function moderated({ by, moderator }: Retraction): Element {
  return xml("moderated", { xmlns: MUC.moderate, by }, occupantId(moderator));
}

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
  transaction.whenDone.push(() => {
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
