/**
 * What of the messages in a room is kept: what has a text, and what changes such a message. Chat states, receipts and
 * read markers aren't, whatever hint they carry: they tell nothing to who comes later.
 */
import type { Keeping, MessageKeys, StoredMessage } from "../../../storage/rooms-archive.js";
import { NS, type Element } from "../../xml/builder.js";
import type { RoomTransaction } from "../context.js";
import { isArchived } from "../features/archiving.js";
import { historyLength, keepsHistory } from "../features/history.js";
import type { RoomView } from "../room/room-view.js";
import { CORRECTION, isNotToStore, kindOf, textOf, type KeptMessage, type Kind } from "./message-kinds.js";

/** Where a message is kept that somebody said. */
export function keepingOf(room: RoomView, message: Element): KeptMessage {
  const children = message.getChildElements();
  const isForbidden = isNotToStore(children);
  const kind = kindOf(children);
  const keeping = isForbidden ? { kept: false, said: false } : keepingOfKind(room, kind);
  return { ...keeping, kind, isForbidden };
}

/** Where messages of a kind are kept: in the archive, in the history of those who enter. */
export function keepingOfKind(room: RoomView, kind: Kind): Keeping {
  if (kind === "passing") return { kept: false, said: false };
  const kept = isArchived(room);
  // Those who enter are told the subject that holds, and who reads the archive finds retractions there: the history
  // has better things to tell.
  const isElsewhere = kind === "subject" || (kept && kind === "retraction");
  return { kept, said: keepsHistory(room) && !isElsewhere };
}

/** Keeps a message where it is to be kept. @param said the stanza as an element, for the keys by which it is found */
export function keep(
  { transaction, room }: RoomTransaction,
  keeping: Keeping,
  message: StoredMessage,
  said: Element,
): void {
  if (!keeping.kept && !keeping.said) return;
  const most = historyLength(room);
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
