/**
 * Moderation (XEP-0425): a moderator retracts what somebody said. Everybody is told, the archive keeps a tombstone
 * of it, and it is gone from the history. Asked for in the form of version 0.3, or in that of 0.2.
 */
import type { FoundMessage } from "../../../storage/rooms-archive.js";
import { replied, type Inbound, type IqReply } from "../../router.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { actorOf, isModerator } from "../admin/actor.js";
import { keep, keepingOfKind } from "../archive/keeping.js";
import { retractionOf, tombstoneOf, type Retraction } from "../archive/retraction.js";
import { addressOf, placeTombstone } from "../archive/tombstones.js";
import type { RoomScope, RoomTransaction } from "../context.js";
import type { RoomView } from "../room/room-view.js";
import { stanzaId } from "../room/stable-ids.js";
import { roomError } from "../wire/errors.js";
import { sendResult } from "../wire/iq-result.js";
import { MUC } from "../wire/ns.js";
import { cut } from "../wire/text.js";
import type { Feature } from "./feature.js";

const MAX_REASON = 2000;

interface Request {
  /** A stanza-id. */
  readonly id: string;
  readonly reason: string | undefined;
}

/**
 * Retracts a message for good; one that was retracted before stays as it is, and nobody is told again.
 * @throws StanzaError forbidden for those who aren't moderators, item-not-found for ids that aren't stored,
 * not-allowed for what the room itself said
 */
export function moderate(scope: RoomScope, { from, payload, stanza }: Inbound<"room">): IqReply {
  const { transaction, room } = scope;
  const request = parseRequest(room, payload);
  const actor = actorOf(room, from);
  if (!isModerator(actor)) {
    throw roomError(room.jid, "auth", "forbidden", "Only moderators retract what others said.");
  }
  const message = find(scope, request.id);
  if (message.sender === room.jid.text) {
    throw roomError(room.jid, "cancel", "not-allowed", "What the room says can't be retracted.");
  }
  if (!message.retracted) {
    const by = actor.nick === undefined ? undefined : addressOf(room, actor.nick);
    const moderator = room.occupantIdOf(actor.account);
    const retraction = { target: request.id, by, moderator, reason: request.reason };
    const told = broadcastRetraction(scope, retraction);
    placeTombstone(scope, message, tombstoneOf(retraction, told, transaction.at));
    const { target, reason } = retraction;
    scope.context.watch.retracted(scope, { target, by: actor.nick, reason });
  }
  sendResult(transaction, stanza);
  return replied;
}

export const moderation: Feature = { disco: () => [MUC.moderate, MUC.oldModerate] };

/** @throws StanzaError feature-not-implemented for what is no retraction, in either form */
function parseRequest(room: RoomView, payload: Element): Request {
  const isOld = payload.getNS() === MUC.fasten;
  const asked = isOld ? payload.getChild("moderate", MUC.oldModerate) : payload;
  if (asked?.getChild("retract", isOld ? MUC.oldRetract : MUC.retract) === undefined) {
    throw roomError(room.jid, "cancel", "feature-not-implemented", "Moderators can only retract messages.");
  }
  const { id } = payload.attrs;
  if (id === undefined) throw roomError(room.jid, "modify", "bad-request", "Which message?");
  const reason = asked.getChildText("reason") ?? "";
  return { id, reason: reason === "" ? undefined : cut(reason, MAX_REASON) };
}

/** By the stanza-id as it was told: that of a message only in the history isn't that of one in the archive. */
function find({ context, room }: RoomScope, id: string): FoundMessage {
  const [, number, mark] = /^(\d{1,16})(e?)$/.exec(id) ?? [];
  context.rooms.settle(room);
  const message = context.stores.archive.find(room.id, Number(number), mark === "");
  if (message === undefined) {
    throw roomError(room.jid, "cancel", "item-not-found", "There is no such message, or it isn't kept.");
  }
  return message;
}

/** @returns the id of the message that tells it */
function broadcastRetraction(told: RoomTransaction, retraction: Retraction): string | undefined {
  const { transaction, room } = told;
  const keeping = keepingOfKind(room, "retraction");
  const number = transaction.nextStanzaId();
  const stableId = stanzaId(room.jid, number, keeping.kept);
  const { id } = stableId.attrs;
  const message = xml(
    "message",
    { from: room.jid.text, type: "groupchat", id },
    ...retractionOf(retraction),
    stableId,
  );
  const stanza = serialise(message);
  transaction.broadcastText(stanza, room.recipients, { kind: "message", sender: room.jid.text });
  keep(told, keeping, { id: number, sender: room.jid.text, nick: "", stanza }, message);
  return id;
}
