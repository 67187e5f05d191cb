/** The last step of operations that send: accepts stanzas to users and messages to rooms in one transaction. */
import type { NewRow } from "../../storage/outbox-row.js";
import type { AccountJid } from "../addresses/address.js";
import type { Acceptance } from "../outbox/outbox.js";
import type { StanzaError } from "../inbound/stanza-error.js";
import type { RoomScope } from "../muc/context.js";
import {
  mustFitRoom,
  refuseSender,
  sendAsUser,
  userSpeaking,
  type UserMessage,
} from "../muc/relay/messages.js";
import type { Transaction } from "../muc/transaction.js";
import { charactersIn } from "../xml/extent.js";
import { StanzaTooLarge, type WireText } from "../xml/wire-text.js";
import { batchResult, refuseBatch, type Batch, type Item } from "./batch.js";
import type { Refusal } from "../refusal.js";
import type { OperationContext } from "./context.js";
import { tooLarge } from "./limits.js";
import { noSuchRoom, refusalOfError } from "./room-call.js";

/** A message to a room. */
export type GroupMessage = UserMessage & {
  readonly room: AccountJid;
  /** The name of the message's field in refusals. */
  readonly field: string;
};

/** The content of a call's item: rows for the outbox, or a message to a room. */
export type Outgoing = { readonly rows: readonly NewRow<WireText>[] } | GroupMessage;

/** A message to a room that exists. */
interface ToRoom {
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
  let sent: readonly Item<unknown>[] = items;
  const work = (transaction: Transaction): Refusal | undefined => {
    const found = items.map((item) => ("room" in item ? withRoom(context, transaction, item) : item));
    // If one of several may stop the others, all are judged first: a room whose transaction is aborted is loaded again.
    const isJudged = batch.mode === "whole" && items.length > 1;
    const judged = isJudged ? found.map((item) => ("scope" in item ? judge(context, item) : item)) : found;
    const refused = refuseBatch(batch, judged);
    if (refused !== undefined) return refused;
    sent = judged.map((item) => ("scope" in item ? sendToRoom(context, item) : item));
    return refuseBatch(batch, sent);
  };
  const status = await context.muc.transactions.change(account, work, rows);
  return batchResult(batch, sent, status);
}

function withRoom({ muc }: OperationContext, transaction: Transaction, message: GroupMessage): Item<ToRoom> {
  const room = muc.rooms.find(message.room);
  return room === undefined
    ? noSuchRoom(message.room)
    : { scope: { context: muc, transaction, room }, message };
}

/** Refuses a message that the sender may not send, unless it repeats one that was sent. */
function judge({ directory }: OperationContext, item: ToRoom): Item<ToRoom> {
  const { scope, message } = item;
  if (scope.context.transactions.isRepeat(scope.transaction, message.fingerprint)) return item;
  const speaker = userSpeaking(scope, directory, message.from);
  return ifItFits(item, () => {
    mustFitRoom(scope, speaker, message.message);
    return refusedOr(item, refuseSender(scope, message));
  });
}

/** Sends a message to its room. The messages before it may be why it is refused; then the room is unchanged. */
function sendToRoom({ directory }: OperationContext, item: ToRoom): Item<ToRoom> {
  const { scope, message } = item;
  return ifItFits(item, () => refusedOr(item, sendAsUser(scope, directory, message)));
}

function ifItFits({ message }: ToRoom, work: () => Item<ToRoom>): Item<ToRoom> {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StanzaTooLarge)) throw error;
    return tooLarge(message.field, error.bytes, error.most);
  }
}

const refusedOr = (item: ToRoom, error: StanzaError | undefined): Item<ToRoom> =>
  error === undefined ? item : refusalOfError(error);
