/**
 * Moderation (XEP-0425): a moderator retracts what somebody said. Everybody is told, the archive keeps a tombstone
 * of it, and it is gone from the history. Asked for in the form of version 0.3, or in that of 0.2.
 */
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import { replied, type Inbound, type IqReply } from "../../router.js";
import { xml, type Element } from "../../xml/builder.js";
import { parseXml, XmlFault } from "../../xml/parse.js";
import { serialise } from "../../xml/serialise.js";
import { actorOf, isModerator } from "../admin/administration.js";
import { addressOf, placeTombstone } from "../archive/tombstones.js";
import type { RoomContext } from "../context.js";
import { roomError } from "../wire/errors.js";
import type { Feature } from "./feature.js";
import { MUC } from "../wire/ns.js";
import { sayResult } from "../wire/iq-result.js";
import { isTombstone, retractionOf, tombstoneOf, type Retraction } from "../archive/retraction.js";
import type { Room } from "../room/room.js";
import { stanzaId } from "../room/stable-ids.js";
import { cut } from "../wire/text.js";
import type { Transaction } from "../transaction.js";

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
export function moderate(context: RoomContext, transaction: Transaction, inbound: Inbound<"room">): IqReply {
  const { from, to, payload, stanza } = inbound;
  const room = context.rooms.get(to.jid);
  const request = readRequest(room, payload);
  const actor = actorOf(room, from);
  if (!isModerator(actor)) {
    throw roomError(room.jid, "auth", "forbidden", "Only moderators retract what others said.");
  }
  const message = find(context, room, request.id);
  if (message.sender === room.jid.text) {
    throw roomError(room.jid, "cancel", "not-allowed", "What the room says can't be retracted.");
  }
  const original = parseXml(message.stanza);
  if (original instanceof XmlFault || !isTombstone(original)) {
    const by = actor.nick === undefined ? undefined : addressOf(room, actor.nick);
    const moderator = room.occupantIdOf(actor.account);
    const retraction = { target: request.id, by, moderator, reason: request.reason };
    const told = tellRetraction(transaction, room, retraction);
    placeTombstone(context, transaction, room, message, tombstoneOf(retraction, told, transaction.at));
  }
  sayResult(transaction, stanza);
  return replied;
}

export const moderation: Feature = { discoFeatures: () => [MUC.moderate, MUC.oldModerate] };

/** @throws StanzaError feature-not-implemented for what is no retraction, in either form */
function readRequest(room: Room, payload: Element): Request {
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
function find(context: RoomContext, room: Room, id: string): StoredMessage {
  const [, number, mark] = /^(\d{1,16})(e?)$/.exec(id) ?? [];
  context.rooms.settle(room);
  const message = context.rooms.stores.archive.find(room.id, Number(number), mark === "");
  if (message === undefined) {
    throw roomError(room.jid, "cancel", "item-not-found", "There is no such message, or it isn't kept.");
  }
  return message;
}

/** @returns the id of the message that tells it */
function tellRetraction(transaction: Transaction, room: Room, retraction: Retraction): string | undefined {
  // Who reads the archive finds it there; the history has better things to tell, where there is an archive.
  const keeping = { kept: room.options.archive, said: !room.options.archive && room.options.history > 0 };
  const number = transaction.nextStanzaId();
  const stableId = stanzaId(room.jid, number, keeping.kept);
  const { id } = stableId.attrs;
  const stanza = serialise(
    xml("message", { from: room.jid.text, type: "groupchat", id }, ...retractionOf(retraction), stableId),
  );
  transaction.tellText(stanza, room.recipients, { kind: "message", sender: room.jid.text });
  if (keeping.kept || keeping.said) {
    transaction.archive(room, keeping, { id: number, sender: room.jid.text, nick: "", stanza });
  }
  return id;
}
