/**
 * Retraction of messages, by their sender (XEP-0424) or a moderator (XEP-0425). Occupants are notified, and a tombstone
 * replaces each version of the message in the archive and in the history for newcomers.
 */
import type { FoundMessage } from "../../../storage/rooms-archive.js";
import { Jid, type BareJid } from "../../addresses/address.js";
import { occupantJid } from "../../addresses/nick.js";
import type { Inbound } from "../../inbound/router.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { actorOf, isModerator } from "../admin/actor.js";
import { broadcastMessage, correctedIn, keepingOfKind, retractedIn } from "../archive/what-is-kept.js";
import type { RoomScope } from "../context.js";
import type { Room } from "../room/room.js";
import { occupantId, parseStanzaId, stanzaId } from "../room/stable-ids.js";
import { MUC } from "../wire/ns.js";
import { textElement, textIn } from "../wire/text.js";
import type { StanzaError } from "../../inbound/stanza-error.js";
import type { Feature, SentMessage, Speech } from "./feature.js";

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
  const text = textIn(payload, "reason");
  const reason = text === "" ? undefined : text;
  const by = actor.nick === undefined ? undefined : addressOf(room, actor.nick);
  const details = (): (Element | undefined)[] => [
    xml("moderated", { xmlns: MUC.moderate, by }, occupantId(room.occupantIdOf(actor.account))),
    textElement("reason", reason),
  ];
  const announce = (inStep: RoomScope, version: string): string => {
    const id = broadcastMessage(inStep, { keeping: keepingOfKind(room, "retraction") }, (stableId) => {
      const retract = xml("retract", { xmlns: MUC.retract, id: version }, ...details());
      const attrs = { from: room.jid.text, type: "groupchat", id: stableId.attrs.id };
      return xml("message", attrs, retract, stableId);
    });
    inStep.context.watch.retracted(inStep, { target: version, reason, by: actor.nick });
    return id;
  };
  retractVersions(scope, message, { announce, details });
}

export const moderation: Feature = { disco: () => [MUC.moderate] };

export const ownRetraction: Feature = {
  disco: () => [MUC.retract],
  refuseSpeech: refuseCorrection,
  onMessage: retractOwn,
};

/** Refuses to correct a message that was retracted, because clients would show it again, and newcomers only the correction. */
function refuseCorrection(scope: RoomScope, { account, message }: Speech): StanzaError | undefined {
  const target = correctedIn(message);
  if (target === undefined || !isRemoved(scope, account, target)) return undefined;
  return scope.room.error(
    "not-allowed",
    "The message that this one corrects was removed. Send a new message.",
  );
}

/** Whether a sender's newest message with this id was retracted, by the sender or by a moderator. */
export function isRemoved(scope: RoomScope, sender: BareJid, id: string): boolean {
  return findSent(scope, sender.text, id)?.retracted === true;
}

/** If `message` retracts a message of the same sender, tombstones replace all versions of the retracted message. */
function retractOwn(scope: RoomScope, { speaker, message, keeping }: SentMessage): void {
  if (keeping.kind !== "retraction") return;
  const [id = ""] = message.getChildElements().flatMap((child) => retractedIn(child) ?? []);
  const sender = speaker.account.text;
  const { room, context } = scope;
  // Some clients refer to the client's id instead of the stanza-id.
  const stored = find(scope, id) ?? findSent(scope, sender, id);
  if (stored?.sender !== sender) {
    context.metrics.unknownRetractions.inc();
    return;
  }
  const announce = (inStep: RoomScope, version: string, versionId: number): string | undefined => {
    if (versionId === stored.id) return message.attrs.id;
    const retract = xml("retract", { xmlns: MUC.retract, id: version });
    const attrs = { from: speaker.jid.text, type: "groupchat" };
    const stanzaId = broadcastMessage(
      inStep,
      { keeping: keepingOfKind(room, "retraction"), author: speaker },
      (stableId) =>
        xml("message", { ...attrs, id: stableId.attrs.id }, retract, occupantId(speaker.id), stableId),
    );
    const notice = xml("message", { id: stanzaId }, retract);
    context.watch.said(inStep, { speaker, message: notice, stanzaId, isForbidden: false });
    return stanzaId;
  };
  retractVersions(scope, stored, { announce, details: () => [] });
}

/** Finds a stored message by its stanza-id. */
function find({ context, room }: RoomScope, id: string): FoundMessage | undefined {
  context.rooms.settle(room);
  const parsed = parseStanzaId(id);
  return parsed && context.stores.archive.find(room.id, parsed.number, parsed.kept);
}

/** Finds a user's newest message by its own id or origin-id. */
function findSent({ context, room }: RoomScope, sender: string, id: string): FoundMessage | undefined {
  context.rooms.settle(room);
  return context.stores.archive.sent(room.id, sender, id);
}

/** How the retraction of a message is told. */
interface Retraction {
  /**
   * Notifies the occupants that one version is retracted.
   * @param version its stanza-id @returns the id of the notice
   */
  announce(scope: RoomScope, version: string, versionId: number): string | undefined;
  /** Builds what the tombstones say of the retraction. */
  details(): readonly (Element | undefined)[];
}

/** How many versions one transaction retracts. The remaining ones follow in further transactions. */
const AT_ONCE = 50;

/**
 * Puts tombstones (XEP-0424) in place of a message and of all its other versions (XEP-0308): clients refer to any of
 * them, and each has the text that is to be removed. Occupants get a notice for each. Versions that were retracted earlier
 * stay as they are.
 */
function retractVersions(scope: RoomScope, message: FoundMessage, retraction: Retraction): void {
  const { context, room } = scope;
  const { archive } = context.stores;
  const versions = archive.versions(room.id, message);
  const retractSome = (inStep: RoomScope): void => {
    for (let count = 0; count < AT_ONCE; count += 1) {
      const { value: version } = versions.next();
      if (version === undefined) return;
      if (!version.retracted) retract(inStep, version, retraction);
    }
    inStep.transaction.whenDone.push(() => {
      // This callback also runs if the transaction has failed.
      if (!archive.isRetracted(message.id)) return;
      const next = context.transactions.do(undefined, (transaction) => {
        retractSome({ ...scope, transaction });
      });
      next.catch((error: unknown) => {
        context.log.error("Versions of a retracted message could not be retracted; retract it again", {
          error,
        });
      });
    });
  };
  retractSome(scope);
}

function retract(scope: RoomScope, version: FoundMessage, retraction: Retraction): void {
  const { context, room, transaction } = scope;
  const isKept = context.stores.archive.has(room.id, version.id);
  const { id = "" } = stanzaId(room.jid, version.id, isKept).attrs;
  const announced = retraction.announce(scope, id, version.id);
  const stamp = new Date(transaction.at).toISOString();
  const tombstone = xml("retracted", { xmlns: MUC.retract, id: announced, stamp }, ...retraction.details());
  replace(scope, version, tombstone);
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

/** Builds the tombstone of a message whose sender is erased: a moderator's, which says nothing of the sender. */
export function namelessTombstone(room: Jid, id: number, at: number): string {
  const moderated = xml("moderated", { xmlns: MUC.moderate, by: room.text });
  const stamp = new Date(at).toISOString();
  const retracted = xml("retracted", { xmlns: MUC.retract, stamp }, moderated);
  return serialise(
    xml("message", { from: room.text, type: "groupchat" }, retracted, stanzaId(room, id, true)),
  );
}

/** Returns the address in the room that belongs to a nickname; undefined if the nickname isn't valid. */
function addressOf(room: Room, nick: string): string | undefined {
  return occupantJid(room.jid, { text: nick, key: "" })?.text;
}
