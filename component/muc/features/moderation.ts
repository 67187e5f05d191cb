/**
 * Moderated retraction (XEP-0425): a moderator retracts a user's message, occupants are
 * notified, and a tombstone replaces the message in the archive and in the history for newcomers.
 */
import type { FoundMessage } from "../../../storage/rooms-archive.js";
import type { Inbound, IqReply } from "../../inbound/router.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { actorOf, isModerator } from "../admin/actor.js";
import { keep, keepingOfKind } from "../archive/keeping.js";
import {
  retractionOf,
  tombstoneOf,
  addressOf,
  placeTombstone,
  type Retraction,
} from "../archive/retraction.js";
import type { RoomScope, RoomTransaction } from "../context.js";
import type { RoomView } from "../room/room-view.js";
import { parseStanzaId, stanzaId } from "../room/stable-ids.js";
import { roomError, sendResult } from "../wire/replies.js";
import { MUC } from "../wire/ns.js";
import { textIn } from "../wire/text.js";
import type { Feature } from "./feature.js";

type Request = Pick<Retraction, "target" | "reason">;

/**
 * Handles a moderator's request to retract a message. Repeated requests change nothing and notify nobody.
 * @throws StanzaError forbidden, item-not-found, or not-allowed for messages of the room itself
 */
export function moderate(scope: RoomScope, { from, payload, stanza }: Inbound<"room">): IqReply {
  const { transaction, room } = scope;
  const request = parseRequest(room, payload);
  const actor = actorOf(room, from);
  if (!isModerator(actor)) {
    throw roomError(room.jid, "forbidden", "Only moderators may retract messages of others.");
  }
  const message = find(scope, request.target);
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
    throw roomError(
      room.jid,
      "feature-not-implemented",
      "The only supported moderation is to retract a message.",
    );
  }
  const { id: target } = payload.attrs;
  if (target === undefined)
    throw roomError(room.jid, "bad-request", "The id of the message to retract is missing.");
  const reason = textIn(payload, "reason");
  return { target, reason: reason === "" ? undefined : reason };
}

function find({ context, room }: RoomScope, id: string): FoundMessage {
  const { number, kept } = parseStanzaId(id) ?? { number: NaN, kept: false };
  context.rooms.settle(room);
  const message = context.stores.archive.find(room.id, number, kept);
  if (message === undefined) {
    throw roomError(room.jid, "item-not-found", "This message does not exist, or is not stored.");
  }
  return message;
}

/** Announces a retraction to all occupants, and stores the announcement. @returns the announcement's id */
function broadcastRetraction(scope: RoomTransaction, retraction: Retraction): string | undefined {
  const { transaction, room } = scope;
  const keeping = keepingOfKind(room, "retraction");
  const number = transaction.nextStanzaId();
  const stableId = stanzaId(room.jid, number, keeping.kept);
  const { id } = stableId.attrs;
  const message = xml(
    "message",
    { from: room.jid.text, type: "groupchat", id },
    retractionOf(retraction),
    stableId,
  );
  const stanza = serialise(message);
  transaction.broadcastText(stanza, room.recipients, { kind: "message", sender: room.jid.text });
  keep(scope, keeping, { id: number, sender: room.jid.text, nick: "", stanza }, message);
  return id;
}
