/** Functions that calls and operations about rooms share: they parse rooms and users, commit changes, and make rooms. */
import { Jid, type AccountJid, type BareJid } from "../addresses/address.js";
import type { Acceptance } from "../outbox/outbox.js";
import { mapInSlices } from "../limits/meter.js";
import { badRequest, Errcode, overRate, Refusal, refuse } from "../refusal.js";
import type { RoomScope, RoomWork } from "../muc/context.js";
import {
  inviteDirectly,
  invitationText,
  serviceOf,
  shownInviterOf,
} from "../muc/features/invitations/direct.js";
import { optionsOfMade } from "../muc/options/room-options.js";
import type { Transaction } from "../muc/transaction.js";
import type { Room } from "../muc/room/room.js";
import { StanzaError, type Condition } from "../inbound/stanza-error.js";
import type { OperationContext } from "./context.js";
import { quoted } from "../wording.js";

/** A room's name in a call: its id and its domain. */
export interface NamedRoom {
  readonly id: string;
  readonly domain: string;
  /** The names of these two fields in the call; by default muc_id and muc_domain. */
  readonly fields?: { readonly id: string; readonly domain: string };
}

export function parseRoom(
  { addresses }: Pick<OperationContext, "addresses">,
  { id, domain, fields = { id: "muc_id", domain: "muc_domain" } }: NamedRoom,
): AccountJid | Refusal {
  const { roomDomains } = addresses;
  if (!roomDomains.includes(Jid.of(undefined, domain)?.domain ?? "")) {
    const expected = roomDomains.join(" or ");
    return badRequest(`${fields.domain}: ${quoted(domain)} is not served here; expected ${expected}`);
  }
  const jid = Jid.of(id, domain);
  const room = jid && addresses.roomAt(jid);
  return room ?? badRequest(`${fields.id}: ${quoted(id)} is not a valid room id`);
}

/** Finds the room that a call names. */
export function findRoom(
  context: Pick<OperationContext, "addresses" | "muc">,
  name: NamedRoom,
): Room | Refusal {
  const jid = parseRoom(context, name);
  if (jid instanceof Refusal) return jid;
  return context.muc.rooms.find(jid) ?? noSuchRoom(jid);
}

export function noSuchRoom(room: Jid): Refusal {
  return refuse.notFound(`there is no room ${room.text}`);
}

/** Parses the acting user, of a served host. @param host the host of a user given as an id only */
export function parseActor(
  { addresses }: OperationContext,
  text: string,
  field = "muc_owner",
  host?: string,
): BareJid | Refusal {
  const jid = addresses.sender(text, field, host);
  return jid instanceof Refusal ? jid : jid.bare;
}

/** Parses accounts, without duplicates. @param parse parses a text; gets its place in the call, for refusals */
export async function parseAccounts(
  { addresses }: Pick<OperationContext, "addresses">,
  texts: readonly string[],
  field: string,
  parse = (text: string, place: string): AccountJid | Refusal => addresses.account(text, place),
): Promise<AccountJid[] | Refusal> {
  const accounts = await mapInSlices([...texts.entries()], ([index, text]) =>
    parse(text, `${field}[${index}]`),
  );
  const refusal = accounts.find((account) => account instanceof Refusal);
  const good = accounts.filter((account): account is AccountJid => !(account instanceof Refusal));
  return refusal ?? [...new Map(good.map((account) => [account.text, account])).values()];
}

/** Changes rooms in one transaction (Transactions.change). The work's stanza errors become refusals. */
export async function commitWork(
  { muc: { transactions }, account }: Pick<OperationContext, "muc" | "account">,
  work: (transaction: Transaction) => Refusal | undefined,
): Promise<Acceptance> {
  try {
    return await transactions.change(account, work);
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
    return refusalOfError(error);
  }
}

/** Changes the room that a call names, in one transaction, when it is the room's turn. */
export async function inRoom(
  context: OperationContext,
  name: NamedRoom,
  work: (scope: RoomScope) => Refusal | undefined,
): Promise<Acceptance> {
  const jid = parseRoom(context, name);
  return jid instanceof Refusal ? jid : await inRoomAt(context, jid, work);
}

/** Changes the room with this address, in one transaction, when it is the room's turn. */
export async function inRoomAt(
  context: Pick<OperationContext, "muc" | "account">,
  jid: AccountJid,
  work: (scope: RoomScope) => Refusal | undefined,
): Promise<Acceptance> {
  const { muc, account } = context;
  return await muc.turns.call({ rooms: [jid.text], account }, () =>
    commitWork(context, (transaction) => {
      const room = muc.rooms.find(jid);
      return room === undefined ? noSuchRoom(jid) : work({ context: muc, transaction, room });
    }),
  );
}

/** Converts a room's error to a refusal. @param field the faulty field; undefined if the error's text names it */
export function refusalOfError({ type, condition, message, details }: StanzaError, field?: string): Refusal {
  const text = field === undefined ? message : `${field}: ${message}`;
  const errcode = type === "wait" ? undefined : ERRCODES[condition];
  // A rule of the room that passes, such as its rate limit.
  if (type === "wait" && details.retryAfter !== undefined) return overRate(text, details.retryAfter);
  return new Refusal(errcode ?? Errcode.unavailable, text, details.retryAfter);
}

/** The errcodes of errors for which waiting doesn't help; all others are temporary. */
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

/**
 * Creates a room, lets `configure` change its options, and invites its owner.
 * @param made.by the inviter; undefined, or the owner: the service invites, as nobody is invited by themselves
 */
export function makeRoomFor(
  work: RoomWork,
  jid: AccountJid,
  made: {
    readonly owner: BareJid;
    readonly title: string;
    readonly description: string;
    readonly by?: BareJid | undefined;
  },
  configure: (scope: RoomScope) => void = () => undefined,
): void {
  const { context, transaction } = work;
  const options = optionsOfMade(context.config, made.title, made.description);
  const room = context.rooms.create(transaction, jid, { options, locked: false });
  room.setAffiliations(transaction, [{ jid: made.owner, affiliation: "owner" }]);
  configure({ ...work, room });
  const body = invitationText(context, room, "created");
  const isOther = made.by !== undefined && !made.by.equals(made.owner);
  const from = isOther ? shownInviterOf(context, room, made.by) : serviceOf(context);
  inviteDirectly({ transaction, room }, { from, body }, [made.owner.text]);
}
