/**
 * Retraction of messages, by their sender (XEP-0424) or a moderator (XEP-0425). Occupants are notified, and a tombstone
 * replaces the message in the archive and in the history for newcomers.
 */
import type { FoundMessage } from "../../../storage/rooms-archive.js";
import { Jid } from "../../addresses/address.js";
import { occupantJid } from "../../addresses/nick.js";
import type { Inbound } from "../../inbound/router.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { actorOf, isModerator } from "../admin/actor.js";
import { broadcastMessage, keepingOfKind, retractedIn } from "../archive/keeping.js";
import type { RoomScope, RoomTransaction } from "../context.js";
import type { Room } from "../room/room.js";
import { occupantId, parseStanzaId, stanzaId } from "../room/stable-ids.js";
import { MUC } from "../wire/ns.js";
import { textElement, textIn } from "../wire/text.js";
import type { Feature, SentMessage } from "./feature.js";

/**
 * Handles a moderator's request to retract a message. Repeated requests change nothing and notify nobody.
 * @throws StanzaError forbidden, item-not-found, or not-allowed for messages of the room itself
 */
export function moderate(scope: RoomScope, { from, payload }: Inbound<"room">): void {
  const { room } = scope;
  if (payload.getChild("retract", MUC.retract) === undefined) {
    const only = "The only supported moderation is to retract a message.";
    throw room.error("feature-not-implemented", only);
  }
  const { id: target } = payload.attrs;
  if (target === undefined) throw room.error("bad-request", "The id of the message to retract is missing.");
  const actor = actorOf(room, from);
  if (!isModerator(actor)) throw room.error("forbidden", "Only moderators may retract messages of others.");
  const message = find(scope, target);
  if (message === undefined) {
    throw room.error("item-not-found", "This message does not exist, or is not stored.");
  }
  if (message.sender === room.jid.text) {
    throw room.error("not-allowed", "Messages of the room itself can't be retracted.");
  }
  if (message.retracted) return;
  const text = textIn(payload, "reason");
  const reason = text === "" ? undefined : text;
  const by = actor.nick === undefined ? undefined : addressOf(room, actor.nick);
  const details = (): (Element | undefined)[] => [
    xml("moderated", { xmlns: MUC.moderate, by }, occupantId(room.occupantIdOf(actor.account))),
    textElement("reason", reason),
  ];
  const announced = broadcastMessage(scope, { keeping: keepingOfKind(room, "retraction") }, (stableId) => {
    const retract = xml("retract", { xmlns: MUC.retract, id: target }, ...details());
    const attrs = { from: room.jid.text, type: "groupchat", id: stableId.attrs.id };
    return xml("message", attrs, retract, stableId);
  });
  placeTombstone(scope, message, tombstone(scope, announced, details()));
  scope.context.watch.retracted(scope, { target, reason, by: actor.nick });
}

export const moderation: Feature = { disco: () => [MUC.moderate] };

export const ownRetraction: Feature = {
  disco: () => [MUC.retract],
  onMessage: retractOwn,
};

/** If `message` retracts a message of the same sender, a tombstone replaces the retracted message. */
function retractOwn(scope: RoomScope, { speaker, message, keeping }: SentMessage): void {
  if (keeping.kind !== "retraction") return;
  const [id = ""] = message.getChildElements().flatMap((child) => retractedIn(child) ?? []);
  const sender = speaker.account.text;
  const { room, context } = scope;
  // Some clients refer to the client's id instead of the stanza-id.
  const stored = find(scope, id) ?? context.stores.archive.sent(room.id, sender, id);
  if (stored?.sender !== sender || stored.retracted) return;
  placeTombstone(scope, stored, tombstone(scope, message.attrs.id));
}

/** Finds a stored message by its stanza-id. */
function find({ context, room }: RoomScope, id: string): FoundMessage | undefined {
  context.rooms.settle(room);
  const parsed = parseStanzaId(id);
  return parsed && context.stores.archive.find(room.id, parsed.number, parsed.kept);
}

/** Builds the element that says in a tombstone which message retracted another one. @param id the retraction's id */
function tombstone(
  { transaction }: RoomTransaction,
  id: string | undefined,
  details: readonly (Element | undefined)[] = [],
): Element {
  const stamp = new Date(transaction.at).toISOString();
  return xml("retracted", { xmlns: MUC.retract, id, stamp }, ...details);
}

/** How many corrections one transaction replaces. The remaining ones follow in further transactions. */
const AT_ONCE = 50;

/** Puts tombstones (XEP-0424) with this <retracted/> in place of a retracted message and of its corrections. */
function placeTombstone(scope: RoomScope, message: FoundMessage, tombstone: Element): void {
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
function addressOf(room: Room, nick: string): string | undefined {
  return occupantJid(room.jid, { text: nick, key: "" })?.text;
}
