/** What the calls on rooms have in common: reading whom and which room they name, and committing what they do. */
import { Jid, type AccountJid, type BareJid } from "../address.js";
import type { DeliveryStatus } from "../outbox/outbox.js";
import { TimeSlice } from "../meter.js";
import { Errcode, Refusal } from "../refusal.js";
import type { RoomScope } from "../muc/context.js";
import type { Transaction } from "../muc/transaction.js";
import type { Room } from "../muc/room/room.js";
import { StanzaError } from "../stanza-error.js";
import { shown } from "./address-resolver.js";
import type { OperationContext } from "./context.js";
import { noSuchRoom } from "./deliver.js";

/** A room as calls name it. */
export interface RoomName {
  readonly id: string;
  readonly domain: string;
}

/** A call on a room, in somebody's name. */
export interface RoomCall {
  readonly room: RoomName;
  /** Who acts: id or id@host. */
  readonly actor: string;
}

export function readRoom({ addresses }: OperationContext, { id, domain }: RoomName): AccountJid | Refusal {
  const { roomDomains } = addresses;
  if (!roomDomains.includes(Jid.of(undefined, domain)?.domain ?? "")) {
    const expected = roomDomains.join(" or ");
    return new Refusal(
      Errcode.request,
      `muc_domain: ${shown(domain)} is not served here; expected ${expected}`,
    );
  }
  const jid = Jid.of(id, domain);
  const room = jid && addresses.roomAt(jid);
  return room ?? new Refusal(Errcode.request, `muc_id: ${shown(id)} can't be a room's id`);
}

/** The room that a call names. */
export function findRoom(context: OperationContext, name: RoomName): Room | Refusal {
  const jid = readRoom(context, name);
  if (jid instanceof Refusal) return jid;
  return context.muc.rooms.find(jid) ?? noSuchRoom(jid);
}

/** Who acts: a user of the hosts served. */
export function readActor(
  { addresses }: OperationContext,
  text: string,
  field = "muc_owner",
  host?: string,
): BareJid | Refusal {
  const jid = addresses.sender(text, field, host);
  return jid instanceof Refusal ? jid : jid.bare;
}

/**
 * Accounts that a call lists, each once, in their order.
 * @param read reads one of them
 */
export async function readAccounts(
  { addresses }: OperationContext,
  texts: readonly string[],
  field: string,
  read = (text: string, place: string): AccountJid | Refusal => addresses.account(text, place),
): Promise<AccountJid[] | Refusal> {
  const accounts = new Map<string, AccountJid>();
  const slice = new TimeSlice();
  for (const [index, text] of texts.entries()) {
    const account = read(text, `${field}[${index}]`);
    if (account instanceof Refusal) return account;
    accounts.set(account.text, account);
    if (slice.isOver) await slice.yieldTurn();
  }
  return [...accounts.values()];
}

/**
 * Changes rooms in one transaction, and commits it.
 * @param refusalOf the refusal for an error that a room throws
 */
export async function commitWork(
  { muc: { transactions }, owner }: Pick<OperationContext, "muc" | "owner">,
  work: (transaction: Transaction) => Refusal | undefined,
  refusalOf = (error: StanzaError): Refusal => new Refusal(Errcode.unavailable, error.message),
): Promise<DeliveryStatus | Refusal> {
  const full = owner && transactions.refuse(owner);
  if (full !== undefined) return full;
  const transaction = transactions.begin(owner);
  let refusal: Refusal | undefined;
  try {
    refusal = work(transaction);
  } catch (error) {
    transactions.abort(transaction);
    if (!(error instanceof StanzaError)) throw error;
    return refusalOf(error);
  }
  if (refusal === undefined) return await transactions.commit(transaction);
  transactions.abort(transaction);
  return refusal;
}

/** Changes a room that a call names, in one transaction. */
export function inRoom(
  context: OperationContext,
  name: RoomName,
  work: (scope: RoomScope) => Refusal | undefined,
): Promise<DeliveryStatus | Refusal> {
  return commitWork(context, (transaction) => {
    const room = findRoom(context, name);
    return room instanceof Refusal ? room : work({ context: context.muc, transaction, room });
  });
}
