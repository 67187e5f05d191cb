/** Functions that operations on rooms share: they parse names of rooms and users, and commit changes. */
import { Jid, type AccountJid } from "../address.js";
import type { RoomScope, Work } from "../muc/context.js";
import type { Room } from "../muc/room/room.js";
import { commitWork, parseAccounts as parseList } from "../operations/room-call.js";

export { refusalOf } from "../operations/room-call.js";
import { Errcode, Refusal } from "../refusal.js";
import { noteDone, type AdministrationContext, type Done } from "./context.js";
import { quoted } from "../wording.js";

/** How many accounts one request may name. */
const MOST = 1000;

/** Parses a room's address: id or id@domain. */
export function parseRoom({ addresses }: AdministrationContext, text: string): AccountJid | Refusal {
  const [domain = ""] = addresses.roomDomains;
  const jid = Jid.parse(text.trim(), domain);
  const room = jid?.resource === undefined ? jid && addresses.roomAt(jid) : undefined;
  const wanted = `room: ${quoted(text)} is not a room; expected id or id@${domain}`;
  return room ?? new Refusal(Errcode.request, wanted);
}

export function findRoom(context: AdministrationContext, text: string): Room | Refusal {
  const jid = parseRoom(context, text);
  if (jid instanceof Refusal) return jid;
  return context.muc.rooms.find(jid) ?? new Refusal(Errcode.notFound, `room: there is no room ${jid.text}`);
}

/** Parses accounts, without duplicates and empty texts. @param field the field's name in refusals */
export async function parseAccounts(
  context: AdministrationContext,
  texts: readonly string[],
  field: string,
): Promise<AccountJid[] | Refusal> {
  const named = texts.filter((text) => text.trim() !== "");
  if (named.length === 0) return new Refusal(Errcode.request, `${field}: no user is given`);
  if (named.length > MOST) {
    return new Refusal(Errcode.request, `${field}: ${named.length} users, more than the ${MOST} allowed`);
  }
  return await parseList(context, named, field, (text) => context.addresses.account(text.trim(), field));
}

/** Changes an existing room in one transaction. @param text the room's id or address */
export function inRoom(
  context: AdministrationContext,
  text: string,
  work: (scope: RoomScope) => Done | Refusal,
): Promise<Done | Refusal> {
  return inTransaction(context, (scope) => {
    const room = findRoom(context, text);
    return room instanceof Refusal ? room : work({ ...scope, room });
  });
}

/** Runs an operation in one transaction, and logs its result. If the operation is refused, nothing is changed. */
export async function inTransaction(
  context: AdministrationContext,
  work: (work: Work) => Done | Refusal,
): Promise<Done | Refusal> {
  const { muc } = context;
  let message = "";
  const status = await commitWork({ muc }, (transaction) => {
    const result = work({ context: muc, transaction });
    if (result instanceof Refusal) return result;
    ({ message } = result);
    return undefined;
  });
  return status instanceof Refusal ? status : noteDone(context, message);
}
