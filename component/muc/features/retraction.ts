/**
 * Retraction of messages, by their sender (XEP-0424) or a moderator (XEP-0425). Occupants are notified, and a tombstone
 * replaces the message in the archive and in the history for newcomers.
 */
import type { FoundMessage } from "../../../storage/rooms-archive.js";
import type { Inbound, IqReply } from "../../inbound/router.js";
import { xml, type Element } from "../../xml/builder.js";
import { actorOf, isModerator } from "../admin/actor.js";
import { broadcastMessage, keepingOfKind } from "../archive/keeping.js";
import { addressOf, placeTombstone, retractedIn, retractionOf, tombstoneOf } from "../archive/retraction.js";
import type { Retraction } from "../archive/retraction.js";
import type { RoomScope, RoomTransaction } from "../context.js";
import type { RoomView } from "../room/room-view.js";
import { parseStanzaId } from "../room/stable-ids.js";
import { roomError, sendResult } from "../wire/replies.js";
import { MUC } from "../wire/ns.js";
import { textIn } from "../wire/text.js";
import type { Feature, SentMessage } from "./feature.js";

type Request = Pick<Retraction, "target" | "reason">;

/**
 * Handles a moderator's request to retract a message. Repeated requests change nothing and notify nobody.
 * @throws StanzaError forbidden, item-not-found, or not-allowed for messages of the room itself
 */
export function moderate(scope: RoomScope, { from, payload, stanza }: Inbound<"room">): IqReply {
  const { transaction, room } = scope;
  const request = parseRequest(room, payload);
  const actor = actorOf(room, from);
  if (!isModerator(actor))
    throw roomError(room.jid, "forbidden", "Only moderators may retract messages of others.");
  const message = find(scope, request.target);
  if (message === undefined) {
    throw roomError(room.jid, "item-not-found", "This message does not exist, or is not stored.");
  }
  if (message.sender === room.jid.text) {
    throw roomError(room.jid, "not-allowed", "Messages of the room itself can't be retracted.");
  }
  if (!message.retracted) {
    const by = actor.nick === undefined ? undefined : addressOf(room, actor.nick);
    const moderator = room.occupantIdOf(actor.account);
    const retraction = { ...request, by, moderator };
    const broadcastId = broadcastRetraction(scope, retraction);
    placeTombstone(scope, message, tombstoneOf(retraction, broadcastId, transaction.at));
    scope.context.watch.retracted(scope, { ...request, by: actor.nick });
  }
  return sendResult(transaction, stanza);
}

export const moderation: Feature = { disco: () => [MUC.moderate] };

function parseRequest(room: RoomView, payload: Element): Request {
  if (payload.getChild("retract", MUC.retract) === undefined) {
    const only = "The only supported moderation is to retract a message.";
    throw roomError(room.jid, "feature-not-implemented", only);
  }
  const { id: target } = payload.attrs;
  if (target === undefined)
    throw roomError(room.jid, "bad-request", "The id of the message to retract is missing.");
  const reason = textIn(payload, "reason");
  return { target, reason: reason === "" ? undefined : reason };
}

/** Announces a retraction to all occupants. @returns the announcement's id */
function broadcastRetraction(scope: RoomTransaction, retraction: Retraction): string {
  const { room } = scope;
  return broadcastMessage(scope, { keeping: keepingOfKind(room, "retraction") }, (stableId) => {
    const attrs = { from: room.jid.text, type: "groupchat", id: stableId.attrs.id };
    return xml("message", attrs, retractionOf(retraction), stableId);
  });
}

export const ownRetraction: Feature = {
  disco: () => [MUC.retract],
  onMessage: (scope, said) => {
    if (said.keeping.kind === "retraction") retractOwn(scope, said);
  },
};

/** If `message` retracts a message of the same sender, a tombstone replaces the retracted message. */
function retractOwn(scope: RoomScope, { speaker, message }: SentMessage): void {
  const id = message
    .getChildElements()
    .map(retractedIn)
    .find((found) => found !== undefined);
  if (id === undefined) return;
  const sender = speaker.account.text;
  const { room, context, transaction } = scope;
  // Some clients refer to the client's id instead of the stanza-id.
  const stored = find(scope, id) ?? context.stores.archive.sent(room.id, sender, id);
  if (stored?.sender !== sender || stored.retracted) return;
  const stamp = new Date(transaction.at).toISOString();
  placeTombstone(scope, stored, xml("retracted", { xmlns: MUC.retract, id: message.attrs.id, stamp }));
}

/** Finds a stored message by its stanza-id. */
function find({ context, room }: RoomScope, id: string): FoundMessage | undefined {
  context.rooms.settle(room);
  const stanzaId = parseStanzaId(id);
  return stanzaId && context.stores.archive.find(room.id, stanzaId.number, stanzaId.kept);
}
