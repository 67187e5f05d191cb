/** The last step of operations that send: accepts stanzas to users and messages to rooms in one transaction. */
import type { NewRow } from "../../storage/outbox-row.js";
import type { AccountJid, Jid } from "../addresses/address.js";
import type { Acceptance } from "../outbox/outbox.js";
import { Refusal, refuse } from "../refusal.js";
import type { Room } from "../muc/room/room.js";
import { refuseSender, sendAsUser, type UserMessage } from "../muc/relay/messages.js";
import type { Transaction } from "../muc/transaction.js";
import { charactersIn } from "../xml/extent.js";
import { StanzaTooLarge, type WireText } from "../xml/wire-text.js";
import { batchResult, refuseBatch, type Batch, type Item } from "./batch.js";
import type { OperationContext } from "./context.js";
import { tooLarge } from "./limits.js";

/** A message to a room. */
export type GroupMessage = UserMessage & {
  readonly room: AccountJid;
  /** The name of the message's field in refusals. */
  readonly field: string;
};

/** The content of a call's item: rows for the outbox, or a message to a room. */
export type Outgoing = { readonly rows: readonly NewRow<WireText>[] } | GroupMessage;

/** A message to a room that exists, from a sender who may send to it. */
interface Admitted {
  readonly room: Room;
  readonly message: GroupMessage;
}

/** Accepts the valid items of a call in one transaction, when it is its rooms' turn. */
export async function deliver(
  context: OperationContext,
  batch: Batch,
  items: readonly Item<Outgoing>[],
): Promise<Acceptance> {
  const { account, muc, outbox } = context;
  const rows: NewRow<WireText>[] = [];
  for (const item of items) if ("rows" in item) rows.push(...item.rows);
  const toRooms = items.filter((item) => "room" in item);
  if (toRooms.length === 0) return batchResult(batch, items, await outbox.accept({ rows, account }));
  const rooms = [...new Set(toRooms.map(({ room }) => room.text))];
  const size = toRooms.reduce((sum, { message }) => sum + charactersIn(message), 0);
  return muc.turns.call({ rooms, account, size }, () => accept(context, batch, items, rows));
}

async function accept(
  context: OperationContext,
  batch: Batch,
  items: readonly Item<Outgoing>[],
  rows: readonly NewRow<WireText>[],
): Promise<Acceptance> {
  const { account } = context;
  const admitted = items.map((item) => ("room" in item ? admit(context, item) : item));
  const refused = refuseBatch(batch, admitted);
  if (refused !== undefined) return refused;
  const { transactions } = context.muc;
  const full = account && transactions.refuse(account);
  if (full !== undefined) return full;
  const [transaction, sent] = transactions.run(account, (transaction) =>
    admitted.map((item) => ("room" in item ? sendToRoom(context, transaction, item) : item)),
  );
  const refusedSent = refuseBatch(batch, sent);
  if (refusedSent !== undefined) {
    transactions.abort(transaction);
    return refusedSent;
  }
  return batchResult(batch, sent, await transactions.commit(transaction, rows));
}

function admit(context: OperationContext, message: GroupMessage): Item<Admitted> {
  const room = context.muc.rooms.find(message.room);
  return room === undefined ? noSuchRoom(message.room) : (refuseSender(room, message) ?? { room, message });
}

/** Sends a message to its room. If the message is too large for the server, it is refused and the room is unchanged. */
function sendToRoom(context: OperationContext, transaction: Transaction, item: Admitted): Item<Admitted> {
  const { room, message } = item;
  try {
    sendAsUser({ context: context.muc, transaction, room }, context.directory, message);
    return item;
  } catch (error) {
    if (!(error instanceof StanzaTooLarge)) throw error;
    return tooLarge(message.field, error.bytes, error.most);
  }
}

export function noSuchRoom(room: Jid): Refusal {
  return refuse.notFound(`there is no room ${room.text}`);
}
