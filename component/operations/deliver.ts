/** The last step of the sending operations: finished stanzas, and what is said in rooms, accepted as one call. */
import type { NewRow } from "../../storage/outbox-row.js";
import type { AccountJid, Jid } from "../address.js";
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import { refuseSender, sendAsUser, type UserMessage } from "../muc/api/send-as-user.js";
import { StanzaTooLarge, type WireText } from "../xml/wire-text.js";
import type { OperationContext } from "./context.js";
import { tooLarge } from "./size-limits.js";

/** Something to be said in a room. */
export type GroupMessage = Omit<UserMessage, "room"> & {
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
  const userMessages: { userMessage: UserMessage; field: string; index: number }[] = [];
  for (const [index, item] of items.entries()) {
    if ("rows" in item) {
      rows.push(...item.rows);
      continue;
    }
    const room = context.rooms.rooms.find(item.room);
    const refusal = room === undefined ? noSuchRoom(item.room) : refuseSender(room, item.from);
    if (refusal !== undefined) return named(refusal, index);
    if (room !== undefined) userMessages.push({ userMessage: { ...item, room }, field: item.field, index });
  }
  if (userMessages.length === 0) return await context.outbox.accept(rows, undefined, owner);
  const { rooms } = context.rooms;
  const full = owner && rooms.refuse(owner);
  if (full !== undefined) return full;
  const transaction = rooms.begin(owner);
  for (const { userMessage, field, index } of userMessages) {
    try {
      sendAsUser(context.rooms, transaction, context.directory, userMessage);
    } catch (error) {
      rooms.abort(transaction);
      if (!(error instanceof StanzaTooLarge)) throw error;
      return named(tooLarge(field, error.bytes, error.most), index);
    }
  }
  return await rooms.commit(transaction, rows);
}

export function noSuchRoom(room: Jid): Refusal {
  return new Refusal(Errcode.notFound, `there is no room ${room.text}`);
}
