/** The last step of the sending operations: finished stanzas, and what is said in rooms, accepted as one call. */
import type { NewRow } from "../../storage/outbox-row.js";
import type { AccountJid, Jid } from "../address.js";
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import type { Room } from "../muc/room/room.js";
import { refuseSender, sendAsUser, type UserMessage } from "../muc/api/send-as-user.js";
import type { Transaction } from "../muc/transaction.js";
import { StanzaTooLarge, type WireText } from "../xml/wire-text.js";
import { batchAnswer, refuseBatch, type Batch, type Item } from "./batch.js";
import type { OperationContext } from "./context.js";
import { tooLarge } from "./limits.js";

/** Something to be said in a room. */
export type GroupMessage = UserMessage & {
  readonly room: AccountJid;
  /** What a refusal calls it. */
  readonly field: string;
};

/** What an item of a call comes to. */
export type Outgoing = { readonly rows: readonly NewRow<WireText>[] } | GroupMessage;

/** A message that its sender may say in a room that is there. */
interface Admitted {
  readonly room: Room;
  readonly said: GroupMessage;
}

/** Accepts what is good of a call's items, in one transaction. */
export async function deliver(
  context: OperationContext,
  batch: Batch,
  items: readonly Item<Outgoing>[],
): Promise<DeliveryStatus | Refusal> {
  const { owner } = context;
  const admitted = items.map((item) => ("room" in item ? admit(context, item) : item));
  const refused = refuseBatch(batch, admitted);
  if (refused !== undefined) return refused;
  const rows: NewRow<WireText>[] = [];
  for (const item of admitted) if ("rows" in item) rows.push(...item.rows);
  if (!admitted.some((item) => "said" in item))
    return batchAnswer(batch, admitted, await context.outbox.accept({ rows, account: owner }));

  const { transactions } = context.muc;
  const full = owner && transactions.refuse(owner);
  if (full !== undefined) return full;
  const [transaction, said] = transactions.run(owner, (transaction) =>
    admitted.map((item) => ("said" in item ? say(context, transaction, item) : item)),
  );
  const unsaid = refuseBatch(batch, said);
  if (unsaid !== undefined) {
    transactions.abort(transaction);
    return unsaid;
  }
  return batchAnswer(batch, said, await transactions.commit(transaction, rows));
}

function admit(context: OperationContext, message: GroupMessage): Item<Admitted> {
  const room = context.muc.rooms.find(message.room);
  return room === undefined
    ? noSuchRoom(message.room)
    : (refuseSender(room, message.from) ?? { room, said: message });
}

/** Says it; what is too large for the server is left out, as if it had never been begun. */
function say(context: OperationContext, transaction: Transaction, item: Admitted): Item<Admitted> {
  const { room, said } = item;
  try {
    sendAsUser({ context: context.muc, transaction, room }, context.directory, said);
    return item;
  } catch (error) {
    if (!(error instanceof StanzaTooLarge)) throw error;
    return tooLarge(said.field, error.bytes, error.most);
  }
}

export function noSuchRoom(room: Jid): Refusal {
  return new Refusal(Errcode.notFound, `there is no room ${room.text}`);
}
