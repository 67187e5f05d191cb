/** What the operations on one room have in common: which room and whom they name, and doing it whole or not at all. */
import { Jid, type AccountJid } from "../address.js";
import type { RoomScope, Work } from "../muc/context.js";
import { shown } from "../operations/address-resolver.js";
import { Errcode, Refusal } from "../refusal.js";
import { StanzaError, type Condition } from "../stanza-error.js";
import { noteDone, type AdministrationContext, type Done } from "./context.js";

/** The most accounts in one request. */
const MOST = 1000;

/** A room's address: id, or id@domain. @param field names it in the refusal */
export function readRoom(
  { addresses }: AdministrationContext,
  text: string,
  field = "room",
): AccountJid | Refusal {
  const [domain = ""] = addresses.roomDomains;
  const jid = Jid.parse(text.trim(), domain);
  const room = jid?.resource === undefined ? jid && addresses.roomAt(jid) : undefined;
  const wanted = `${field}: ${shown(text)} is no room; expected id or id@${domain}`;
  return room ?? new Refusal(Errcode.request, wanted);
}

/** Accounts, each once, in their order; empty texts are none. */
export function readAccounts(
  context: AdministrationContext,
  texts: readonly string[],
  field: string,
): AccountJid[] | Refusal {
  const named = texts.filter((text) => text.trim() !== "");
  if (named.length === 0) return new Refusal(Errcode.request, `${field}: nobody is named`);
  if (named.length > MOST) {
    return new Refusal(
      Errcode.request,
      `${field}: ${named.length} are named, at most ${MOST} can be at once`,
    );
  }
  const accounts = new Map<string, AccountJid>();
  for (const text of named) {
    const account = context.addresses.account(text.trim(), field);
    if (account instanceof Refusal) return account;
    accounts.set(account.text, account);
  }
  return [...accounts.values()];
}

/** Does something in a room that exists. */
export async function inRoom(
  context: AdministrationContext,
  text: string,
  work: (scope: RoomScope) => Done | Refusal,
): Promise<Done | Refusal> {
  const jid = readRoom(context, text);
  if (jid instanceof Refusal) return jid;
  return await inTransaction(context, (scope) => {
    const room = context.muc.rooms.find(jid);
    if (room === undefined) return noSuchRoom(jid);
    return work({ ...scope, room });
  });
}

export function noSuchRoom(jid: Jid, field = "room"): Refusal {
  return new Refusal(Errcode.notFound, `${field}: there is no room ${jid.text}`);
}

/** Does something in one transaction, whole or not at all, and has it in the log. */
export async function inTransaction(
  context: AdministrationContext,
  work: (work: Work) => Done | Refusal,
): Promise<Done | Refusal> {
  const { muc } = context;
  const { transactions } = muc;
  const transaction = transactions.begin();
  let result: Done | Refusal;
  try {
    result = work({ context: muc, transaction });
  } catch (error) {
    if (!(error instanceof StanzaError)) {
      transactions.abort(transaction);
      throw error;
    }
    result = refusalOf(error);
  }
  if (result instanceof Refusal) {
    transactions.abort(transaction);
    return result;
  }
  if (!transaction.isEmpty) {
    const status = await transactions.commit(transaction);
    if (status instanceof Refusal) return status;
  }
  return noteDone(context, result.told);
}

/** What rooms refuse, as an operation says it. @param field what is at fault, where the error doesn't name it itself */
export function refusalOf(error: StanzaError, field?: string): Refusal {
  const sentence = field === undefined ? error.message : `${field}: ${error.message}`;
  return new Refusal(ERRCODES[error.condition] ?? Errcode.unavailable, sentence);
}

const ERRCODES: Readonly<Partial<Record<Condition, Errcode>>> = {
  "bad-request": Errcode.request,
  "jid-malformed": Errcode.request,
  "not-acceptable": Errcode.request,
  "policy-violation": Errcode.request,
  conflict: Errcode.forbidden,
  forbidden: Errcode.forbidden,
  "not-allowed": Errcode.forbidden,
  "item-not-found": Errcode.notFound,
};
