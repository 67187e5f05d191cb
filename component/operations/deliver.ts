/** The last step of operations that send: accepts stanzas to users and messages to rooms in one transaction. */
import type { NewRow } from "../../storage/outbox-row.js";
import type { AccountJid } from "../addresses/address.js";
import type { Acceptance } from "../outbox/outbox.js";
import type { StanzaError } from "../inbound/stanza-error.js";
import type { RoomScope } from "../muc/context.js";
import { refuseSender, sendAsUser, type UserMessage } from "../muc/relay/messages.js";
import type { Transaction } from "../muc/transaction.js";
import { charactersIn } from "../xml/extent.js";
import { StanzaTooLarge, type WireText } from "../xml/wire-text.js";
import { batchResult, refuseBatch, type Batch, type Item } from "./batch.js";
import type { OperationContext } from "./context.js";
import { tooLarge } from "./limits.js";
import { noSuchRoom, refusalOf } from "./room-call.js";

/** A message to a room. */
export type GroupMessage = UserMessage & {
  readonly room: AccountJid;
  /** The name of the message's field in refusals. */
  readonly field: string;
};

/** The content of a call's item: rows for the outbox, or a message to a room. */
export type Outgoing = { readonly rows: readonly NewRow<WireText>[] } | GroupMessage;

/** A message to a room that exists, which the sender may send, or which repeats one that was sent. */
interface Admitted {
  readonly scope: RoomScope;
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
  const { transactions } = context.muc;
  const full = account && transactions.refuse(account);
  if (full !== undefined) return full;
  const [transaction, sent] = transactions.run(account, (transaction) => {
    // All are judged before the first is sent, as a room must be loaded again if its transaction is aborted.
    const admitted = items.map((item) => ("room" in item ? admit(context, transaction, item) : item));
    if (refuseBatch(batch, admitted) !== undefined) return admitted;
    return admitted.map((item) => ("scope" in item ? sendToRoom(context, item) : item));
  });
  const refused = refuseBatch(batch, sent);
  if (refused !== undefined) {
    transactions.abort(transaction);
    return refused;
  }
  return batchResult(batch, sent, await transactions.commit(transaction, rows));
}

function admit({ muc }: OperationContext, transaction: Transaction, message: GroupMessage): Item<Admitted> {
  const room = muc.rooms.find(message.room);
  if (room === undefined) return noSuchRoom(message.room);
  const admitted = { scope: { context: muc, transaction, room }, message };
  if (muc.transactions.isRepeat(transaction, message.fingerprint)) return admitted;
  return refusedOr(admitted, refuseSender(admitted.scope, message));
}

/** Sends a message to its room. The messages before it may be why it is refused; then the room is unchanged. */
function sendToRoom({ directory }: OperationContext, admitted: Admitted): Item<Admitted> {
  const { scope, message } = admitted;
  try {
    return refusedOr(admitted, sendAsUser(scope, directory, message));
  } catch (error) {
    if (!(error instanceof StanzaTooLarge)) throw error;
    return tooLarge(message.field, error.bytes, error.most);
  }
}

const refusedOr = (admitted: Admitted, error: StanzaError | undefined): Item<Admitted> =>
  error === undefined ? admitted : refusalOf(error);
