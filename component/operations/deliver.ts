/** The last step of the sending operations: finished stanzas, and what is said in rooms, accepted as one call. */
import type { NewRow } from "../../storage/outbox-row.js";
import type { AccountJid, Jid } from "../address.js";
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import type { Room } from "../muc/room/room.js";
import { refuseSender, sendAsUser, type UserMessage } from "../muc/api/send-as-user.js";
import { StanzaTooLarge, type WireText } from "../xml/wire-text.js";
import type { OperationContext } from "./context.js";
import { tooLarge } from "./size-limits.js";

/** Something to be said in a room. */
export type GroupMessage = UserMessage & {
  readonly room: AccountJid;
  /** What a refusal calls it. */
  readonly field: string;
};

/** What an item of a call comes to. */
export type Outgoing = { readonly rows: readonly NewRow<WireText>[] } | GroupMessage;

/**
 * All of it or nothing.
 * @param name what a refusal calls an item; undefined where there is only one
 */
export async function deliver(
  context: OperationContext,
  items: readonly Outgoing[],
  name: ((index: number) => string) | undefined,
): Promise<DeliveryStatus | Refusal> {
  const { owner } = context;
  const rows: NewRow<WireText>[] = [];
  const named = (refusal: Refusal, index: number): Refusal =>
    name === undefined ? refusal : refusal.at(name(index));
  const messages: { room: Room; message: GroupMessage; index: number }[] = [];
  for (const [index, item] of items.entries()) {
    if ("rows" in item) {
      rows.push(...item.rows);
      continue;
    }
    const room = context.muc.rooms.find(item.room);
    const refusal = room === undefined ? noSuchRoom(item.room) : refuseSender(room, item.from);
    if (refusal !== undefined) return named(refusal, index);
    if (room !== undefined) messages.push({ room, message: item, index });
  }
  if (messages.length === 0) return await context.outbox.accept(rows, undefined, owner);
  const { transactions } = context.muc;
  const full = owner && transactions.refuse(owner);
  if (full !== undefined) return full;
  const transaction = transactions.begin(owner);
  for (const { room, message, index } of messages) {
    try {
      sendAsUser({ context: context.muc, transaction, room }, context.directory, message);
    } catch (error) {
      transactions.abort(transaction);
      if (!(error instanceof StanzaTooLarge)) throw error;
      return named(tooLarge(message.field, error.bytes, error.most), index);
    }
  }
  return await transactions.commit(transaction, rows);
}

export function noSuchRoom(room: Jid): Refusal {
  return new Refusal(Errcode.notFound, `there is no room ${room.text}`);
}
