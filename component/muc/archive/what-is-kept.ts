/**
 * Stores messages in the archive and in the history for newcomers, if they have a text or change another message. Chat
 * states, receipts and read markers are never stored, whatever hints (XEP-0334) they carry.
 */
import type { Jid } from "../../addresses/address.js";
import type { Nick } from "../../addresses/nick.js";
import { serialise } from "../../xml/serialise.js";
import { stanzaId } from "../room/stable-ids.js";
import { refuseLength } from "../wire/replies.js";
import type { Keeping, MessageKeys } from "../../../storage/rooms-archive.js";
import { NS, type Element } from "../../xml/builder.js";
import type { RoomTransaction } from "../context.js";
import type { Room } from "../room/room.js";
import { namespaceOf } from "../wire/sanitising.js";
import { MUC } from "../wire/ns.js";

export type MessageKind =
  | "text"
  /** A correction or a reaction. */
  | "change"
  | "retraction"
  | "subject"
  /** Never stored, such as a chat state. */
  | "passing";

export interface KeptMessage extends Keeping {
  readonly kind: MessageKind;
  /** Whether the sender forbids storing the message (XEP-0334). */
  readonly isForbidden: boolean;
}

/** The elements that change another message, as "name namespace": corrections (XEP-0308), reactions (XEP-0444). */
const CHANGES: ReadonlySet<string> = new Set([`replace ${NS.correct}`, `reactions ${NS.reactions}`]);
/** The elements with an encrypted text, as "name namespace" (XEP-0384 and older versions, XEP-0373, XEP-0027). */
const ENCRYPTED: ReadonlySet<string> = new Set([
  "encrypted urn:xmpp:omemo:2",
  "encrypted urn:xmpp:omemo:1",
  "encrypted eu.siacs.conversations.axolotl",
  "openpgp urn:xmpp:openpgp:0",
  "x jabber:x:encrypted",
]);
const NOT_TO_STORE: ReadonlySet<string> = new Set(["no-store", "no-permanent-store", "no-permanent-storage"]);

/** Returns a message's bodies in all languages, each on a line. */
export function bodiesOf(message: Element): string {
  const bodies = message.getChildren("body").filter((body) => namespaceOf(body) === "");
  return bodies.map((body) => body.getText()).join("\n");
}

/** Returns the id of the message that an element retracts (XEP-0424), if it is a retraction. */
export function retractedIn(child: Element): string | undefined {
  return child.is("retract", MUC.retract) ? child.attrs.id : undefined;
}

/** Returns the id of the message that a message corrects (XEP-0308); undefined if it is no correction. */
export function correctedIn(message: Element): string | undefined {
  return message.getChild("replace", NS.correct)?.attrs.id;
}

/** Returns a message's kind. A subject isn't recognised here (features/subject.ts). */
export function messageKindOf(message: Element): MessageKind {
  const children = message.getChildElements();
  const names = children.map((child) => `${child.getName()} ${namespaceOf(child)}`);
  if (children.some((child) => retractedIn(child) !== undefined)) return "retraction";
  if (names.some((name) => CHANGES.has(name))) return "change";
  return names.some((name) => name === "body " || ENCRYPTED.has(name)) ? "text" : "passing";
}

/** Whether the sender forbids storing a message (XEP-0334). */
export function isStoringForbidden(message: Element): boolean {
  return message
    .getChildElements()
    .some((child) => child.getNS() === NS.hints && NOT_TO_STORE.has(child.getName()));
}

export function keepingOf(room: Room, message: Element): KeptMessage {
  const isForbidden = isStoringForbidden(message);
  const kind = messageKindOf(message);
  const keeping = isForbidden ? { kept: false, said: false } : keepingOfKind(room, kind);
  return { ...keeping, kind, isForbidden };
}

/** Decides whether messages of a kind go to the archive (`kept`) and to the history for newcomers (`said`). */
export function keepingOfKind(room: Room, kind: MessageKind): Keeping {
  if (kind === "passing") return { kept: false, said: false };
  const kept = room.options.archive;
  // The history needs no subject, because newcomers get the current one, and no retraction that is in the archive.
  const isElsewhere = kind === "subject" || (kept && kind === "retraction");
  return { kept, said: room.options.history > 0 && !isElsewhere };
}

/**
 * Sends a message to all occupants, and stores it. Without an author, it is the room's own.
 * @param build builds the message, whose last child is the given <stanza-id/>
 * @returns the stanza-id
 * @throws StanzaError policy-violation if it has more than `maxBytes` bytes
 */
export function broadcastMessage(
  { transaction, room }: RoomTransaction,
  {
    keeping,
    author,
    maxBytes = Infinity,
  }: { keeping: Keeping; author?: { account: Jid; nick: Nick }; maxBytes?: number },
  build: (stableId: Element) => Element,
): string {
  const id = transaction.nextStanzaId();
  const stableId = stanzaId(room.jid, id, keeping.kept);
  const message = build(stableId);
  const stanza = serialise(message);
  refuseLength(room.jid, stanza, maxBytes);
  transaction.broadcastText(stanza, room.inside.recipients, { kind: "message", sender: room.jid.text });
  if (keeping.kept || keeping.said) {
    const stored = { id, sender: (author?.account ?? room.jid).text, nick: author?.nick.text ?? "", stanza };
    const most = room.options.history;
    transaction.writeOnDisk(room, ({ archive }) => {
      archive.add(room.id, keeping, { ...stored, ...keysOf(message) });
      if (!keeping.kept) archive.prune(room.id, most);
    });
  }
  return stableId.attrs.id ?? "";
}

function keysOf(message: Element): MessageKeys {
  return {
    ownId: message.attrs.id,
    originId: message.getChild("origin-id", NS.sid)?.attrs.id,
    replaces: correctedIn(message),
    text: bodiesOf(message),
  };
}
