/**
 * Changes affiliations and roles (XEP-0045 §8–9) in steps, because a change may make a presence for each pair of occupants:
 * it puts many out, changes many roles, or hides or shows everybody. The new options and affiliations are stored at once.
 * Occupants are notified and removed step by step. Each step is a transaction, which also stores what remains to be done
 * (rooms_changing), so that the next step follows after a restart, too. Nothing else happens in the room between two steps.
 *
 * What always holds: Room.changing is undefined, or a step is scheduled (RoomTurns.step()), also after a start. Only goOn()
 * sets it, in the transaction of its step. Changes are finished in the order of their requests. An item that is applied
 * isn't in the rest any more; whether occupants conform is looked at anew in each step, so repeating that does no harm.
 */
import { Jid } from "../../addresses/address.js";
import { xml } from "../../xml/builder.js";
import type { RoomContext, RoomScope } from "../context.js";
import { firstResult, hooksOf } from "../features.js";
import { admittedBy } from "../features/access.js";
import { seesAddresses } from "../features/anonymity.js";
import { inviteNewMembers } from "../features/invitations/direct.js";
import { defaultRoleOf } from "../features/voice.js";
import { changeRole, expel } from "../occupancy/leaving.js";
import type { Affiliation, AffiliationChange, ChangedAffiliation, Role } from "../room/affiliation.js";
import { sessionsOf, type Occupant } from "../room/occupants.js";
import type { Room } from "../room/room.js";
import { roomJid } from "../rooms.js";
import { notifyPresence, showOrHide, type ChangeCause } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import { textElement } from "../wire/text.js";
import type { By, RoleChange } from "./actor.js";
import { removeIfAbandoned } from "./destroying.js";

/** What a request changes. The caller has checked it. */
export interface ChangeRequest {
  readonly affiliations?: readonly AffiliationChange[];
  readonly roles?: readonly RoleChange[];
  /** Whether the accounts must leave even an open room. */
  readonly isRemoval?: boolean;
  readonly isConfigured?: boolean;
  readonly by: By;
}

/** An occupant's new role, which isn't set yet. */
interface RoleItem {
  readonly nick: string;
  readonly role: Role;
  readonly reason: string | undefined;
}

/** What remains of a request, as JSON in the database. */
interface Change {
  readonly items: readonly (ChangedAffiliation | RoleItem)[];
  readonly isRemoval: boolean;
  readonly isConfigured: boolean;
  /** Whether all occupants must conform to the room's options and bans at last. */
  readonly isForAll: boolean;
  /** Who makes the change, by nickname and bare address, and the reason that removed occupants are given at last. */
  readonly by: { readonly nick: string | undefined; readonly jid: string | undefined };
  readonly reason: string | undefined;
}

/** If a request changes more affiliations than this, accounts outside the room aren't announced to occupants. */
const MAX_NOTIFIED = 100;

const STEP = 512;
/** The pause before a step is repeated that could not be stored, in milliseconds. */
const RETRY_MS = 1_000;

/** Changes affiliations by a list or a form, and invites new members of a members-only room. */
export function changeLists(scope: RoomScope, request: ChangeRequest): void {
  const { affiliations = [], by } = request;
  const invited = admittedBy(scope.room, affiliations);
  change(scope, request);
  // A temporary room ends when its last occupant is removed.
  if (!scope.room.isGone) inviteNewMembers(scope, by, invited);
}

/** Makes a change: notifies and removes some occupants now, and the others in later steps, whose cost is charged now. */
export function change(scope: RoomScope, request: ChangeRequest): void {
  const { affiliations = [], roles = [], isRemoval = false, isConfigured = false, by } = request;
  const { transaction, room } = scope;
  const changed = room.setAffiliations(transaction, affiliations);
  const isNotified = affiliations.length <= MAX_NOTIFIED;
  const items = [
    ...changed.filter(({ jid }) => isNotified || room.inside.byAccount.has(jid)),
    ...roles.map(({ occupant, role, reason }) => ({ nick: occupant.nick.key, role, reason })),
  ];
  const isForAll = isConfigured || affiliations.some(({ jid }) => jid.local === undefined);
  const who = { nick: by.nick, jid: by.account?.text };
  const added = { items, isRemoval, isConfigured, isForAll, by: who, reason: affiliations.at(-1)?.reason };
  const { bytes } = transaction;
  const { done, left } = goOn(scope, [...remaining(room), added]);
  transaction.bytes += ((transaction.bytes - bytes) / Math.max(1, done)) * left;
}

function remaining({ changing }: Room): readonly Change[] {
  return changing === undefined ? [] : (JSON.parse(changing) as Change[]);
}

/** Does a step. @returns how many occupants were notified, and how many remain */
function goOn(scope: RoomScope, changes: readonly Change[]): { done: number; left: number } {
  const { context, transaction, room } = scope;
  const isFull = (): boolean => transaction.stanzas >= STEP || room.isGone;
  const rest: Change[] = [];
  let [done, left] = [0, 0];
  const doSome = <T>(all: readonly T[], work: (one: T) => void): readonly T[] => {
    let n = 0;
    for (const one of all) {
      if (isFull()) break;
      work(one);
      n += 1;
    }
    done += n;
    left += all.length - n;
    return all.slice(n);
  };
  for (const change of changes) {
    const items = doSome(change.items, (item) => apply(scope, item, change));
    const isForAll = change.isForAll && items.length === 0;
    const others = [...(isForAll ? room.occupants.values() : [])].filter(
      (one) =>
        codeOf(room, one, change.isConfigured) !== undefined || one.isShown !== room.isBroadcast(one.role),
    );
    const waiting = doSome(others, (occupant) => makeConform(scope, occupant, change));
    if (items.length + waiting.length + rest.length > 0) rest.push({ ...change, items });
  }
  if (room.isGone) return { done, left: 0 };
  if (rest.length > 0) {
    room.setChanging(transaction, JSON.stringify(rest));
    transaction.isContinued = true;
    nextStep(context, room.jid.local);
  } else if (room.changing !== undefined) room.setChanging(transaction, undefined);
  if (changes.some(({ isConfigured }) => isConfigured)) removeIfAbandoned(scope);
  return { done, left };
}

function apply(scope: RoomScope, item: ChangedAffiliation | RoleItem, change: Change): void {
  if ("jid" in item) {
    announceAffiliation(scope, item, change);
    return;
  }
  const occupant = scope.room.occupants.get(item.nick);
  if (occupant !== undefined) changeRole(scope, occupant, item.role, causeOf(change, item.reason));
}

function causeOf({ by: { nick, jid } }: Change, reason: string | undefined): ChangeCause {
  return { nick, account: jid === undefined ? undefined : Jid.parse(jid)?.bare, reason };
}

function codeOf(room: Room, { affiliation }: Occupant, isConfigured: boolean): number | undefined {
  return firstResult(hooksOf("mustLeave"), (hook) => hook(room, affiliation, isConfigured));
}

function makeConform(scope: RoomScope, occupant: Occupant, change: Change): void {
  const code = codeOf(scope.room, occupant, change.isConfigured);
  const cause = change.isConfigured ? undefined : causeOf(change, change.reason);
  if (code === undefined) showOrHide(scope, occupant);
  else expel(scope, occupant, { codes: [code], cause });
}

function announceAffiliation(
  scope: RoomScope,
  { jid, was, reason }: ChangedAffiliation,
  change: Change,
): void {
  const { room } = scope;
  const { isRemoval } = change;
  const cause = causeOf(change, reason);
  const account = Jid.parse(jid)?.bare;
  if (account === undefined) return;
  // makeConform() removes the occupants whose domain is banned.
  const isBanned = [...room.inside.concernedBy(account)].some(({ affiliation }) => affiliation === "outcast");
  if (account.local === undefined && isBanned) return;
  const concerned = room.occupantsOf(account).filter(({ affiliation }) => isRemoval || affiliation !== was);
  // Occupants who see real addresses are told the affiliation of an account outside.
  if (concerned.length === 0) {
    const affiliation = room.affiliations.storedAffiliationOf(jid);
    const item = xml("item", { affiliation, role: "none", jid }, textElement("reason", reason));
    const seers = [...room.occupants.values()].filter(({ role }) => seesAddresses(room, role));
    scope.transaction.broadcast(
      xml("message", { from: room.jid.text }, xml("x", MUC.user, item)),
      sessionsOf(seers),
    );
  }
  for (const occupant of concerned) {
    if (isRemoval) expel(scope, occupant, { codes: [321], cause });
    else followAffiliation(scope, occupant, was, cause);
  }
}

/** Applies an occupant's new affiliation: removes the occupant if a feature requires it, or changes the role. */
export function followAffiliation(
  scope: RoomScope,
  occupant: Occupant,
  was: Affiliation,
  cause: ChangeCause,
): void {
  const { transaction, room } = scope;
  const code = codeOf(room, occupant, false);
  if (code !== undefined) {
    expel(scope, occupant, { codes: [code], cause });
    return;
  }
  const usual = defaultRoleOf(room, occupant.affiliation);
  if (usual !== defaultRoleOf(room, was)) room.inside.change(transaction, occupant, { role: usual });
  notifyPresence(scope, occupant, { cause });
}

/** Does the next step of a room's changes, if there is one, when it is the room's turn. @param name the localpart */
export function nextStep(context: RoomContext, name: string): void {
  const jid = roomJid(name, context.domain);
  if (jid === undefined) return;
  const { transactions, rooms, turns, log } = context;
  const retry = (error: unknown): void => {
    log.warn(
      `A change of the room ${jid.text} could not go on, retrying in ${RETRY_MS / 1000} s: ${String(error)}`,
    );
    setTimeout(() => nextStep(context, name), RETRY_MS).unref();
  };
  turns.step(jid.text, () => {
    const step = transactions.do(undefined, (transaction) => {
      const room = rooms.find(jid);
      if (room?.changing !== undefined) goOn({ context, transaction, room }, remaining(room));
    });
    step.catch(retry);
  });
}
