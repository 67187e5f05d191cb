/**
 * Stores messages in the archive and in the history for newcomers, if they have a text or change another message. Chat
 * states, receipts and read markers are never stored, whatever hints (XEP-0334) they carry.
 */
import type { Keeping, MessageKeys, StoredMessage } from "../../../storage/rooms-archive.js";
import { NS, type Element } from "../../xml/builder.js";
import type { RoomTransaction } from "../context.js";
import type { RoomView } from "../room/room-view.js";
import { CORRECTION, isNotToStore, kindOf, textOf, type KeptMessage, type Kind } from "./message-kinds.js";

/** Decides where to store an occupant's message. */
export function keepingOf(room: RoomView, message: Element): KeptMessage {
  const children = message.getChildElements();
  const isForbidden = isNotToStore(children);
  const kind = kindOf(children);
  const keeping = isForbidden ? { kept: false, said: false } : keepingOfKind(room, kind);
  return { ...keeping, kind, isForbidden };
}

/** Decides whether messages of a kind go to the archive (`kept`) and to the history for newcomers (`said`). */
export function keepingOfKind(room: RoomView, kind: Kind): Keeping {
  if (kind === "passing") return { kept: false, said: false };
  const kept = room.options.archive;
  // The history needs no subject, as newcomers get the current one, and no retraction that is in the archive.
  const isElsewhere = kind === "subject" || (kept && kind === "retraction");
  return { kept, said: room.options.history > 0 && !isElsewhere };
}

/** Stores a message. @param said the same message as an element, from which the search keys are read */
export function keep(
  { transaction, room }: RoomTransaction,
  keeping: Keeping,
  message: StoredMessage,
  said: Element,
): void {
  if (!keeping.kept && !keeping.said) return;
  const most = room.options.history;
  transaction.writeOnDisk(room, ({ archive }) => {
    archive.add(room.id, keeping, { ...message, ...keysOf(said) });
    if (!keeping.kept) archive.prune(room.id, most);
  });
}

function keysOf(message: Element): MessageKeys {
  return {
    ownId: message.attrs.id,
    originId: message.getChild("origin-id", NS.sid)?.attrs.id,
    replaces: message.getChild("replace", CORRECTION)?.attrs.id,
    text: textOf(message),
  };
}
