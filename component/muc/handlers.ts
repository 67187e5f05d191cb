/**
 * Makes the handlers of stanzas to rooms. A handler charges the action to the user's rate limit (limits/budgets.ts)
 * and runs it in one transaction.
 */
import type { Account } from "../../storage/unit-of-work.js";
import type { AccountJid, Jid } from "../addresses/address.js";
import { Refusal } from "../refusal.js";
import type { Inbound, IqReply } from "../inbound/router.js";
import { StanzaError } from "../inbound/stanza-error.js";
import type { Target, TargetKind } from "../addresses/target.js";
import { xml, type Element } from "../xml/builder.js";
import type { RoomContext, RoomScope, Work } from "./context.js";
import { costOfMessage } from "./limits/budgets.js";
import type { PresenceQueue } from "./limits/presence-queue.js";
import type { Transaction } from "./transaction.js";
import { MUC } from "./wire/ns.js";

/** Does the work of a stanza, inside a transaction. */
export type RoomHandler<K extends TargetKind, R> = (work: Work, inbound: Inbound<K>) => R;
/** The kinds of addresses that belong to a room: room@domain and room@domain/nickname. */
export type RoomTarget = "room" | "occupant";

/** Makes a handler that looks up the room, and throws item-not-found if the room doesn't exist. */
export function inRoom<K extends RoomTarget, R>(
  handle: (scope: RoomScope, inbound: Inbound<K>) => R,
): RoomHandler<K, R> {
  return (work, inbound) => handle({ ...work, room: work.context.rooms.get(roomOf(inbound.to)) }, inbound);
}

/**
 * Makes a handler of messages and changes of rooms. A refused stanza costs as much as a small message.
 * @param costOf returns the cost of the finished transaction, in units of the sending budget
 */
export function sendingHandler<K extends TargetKind, R>(
  context: RoomContext,
  handle: RoomHandler<K, R>,
  costOf: (transaction: Transaction) => number,
) {
  const { sending } = context.budgets;
  return async (inbound: Inbound<K>): Promise<R> => {
    const owner = ownerOf(inbound.from);
    refuseFull(context, inbound.to, owner);
    if (!sending.consume(owner.name)) {
      throw tooMuch(
        inbound.to,
        "You send too fast, or too much for a room of this size. Try again in a few seconds.",
      );
    }
    return await inTransaction(context, owner, (transaction) => {
      const result = handle({ context, transaction }, inbound);
      sending.debit(owner.name, costOf(transaction) - 1);
      return result;
    });
  };
}

/** Makes a handler of requests that only read. They are answered when the link is free. */
export function readingHandler<K extends TargetKind>(context: RoomContext, handle: RoomHandler<K, IqReply>) {
  return (inbound: Inbound<K>): Promise<IqReply> =>
    context.reading.answer(inbound, () =>
      inTransaction(context, undefined, (transaction) => handle({ context, transaction }, inbound)),
    );
}

/** Makes a handler that costs the sender nothing, for replies and bounced stanzas. */
export function unmeteredHandler<K extends TargetKind>(context: RoomContext, handle: RoomHandler<K, void>) {
  return (inbound: Inbound<K>): Promise<void> =>
    inTransaction(context, undefined, (transaction) => handle({ context, transaction }, inbound));
}

/** Makes a handler of available presence. Above the rate limit, only an occupant's latest presence is handled. */
export function availableHandler<K extends RoomTarget>(
  context: RoomContext,
  presenceQueue: PresenceQueue,
  handle: RoomHandler<K, void>,
) {
  const { presence } = context.budgets;
  return async (inbound: Inbound<K>): Promise<void> => {
    const { from, to } = inbound;
    const owner = ownerOf(from);
    const wasInside = isInside(context, from, to);
    const admitted = wasInside
      ? presenceQueue.admit(placeOf(from, to), owner.name, inbound.stanza)
      : inbound.stanza;
    // A presence that needn't wait is handled before the next stanza.
    const stanza = admitted instanceof Promise ? await admitted : admitted;
    if (stanza === undefined || (wasInside && !isInside(context, from, to))) return;
    try {
      if (!wasInside) refuseFull(context, to, owner);
      await inTransaction(context, owner, (transaction) => {
        handle({ context, transaction }, { ...inbound, stanza });
        presence.debit(owner.name, costOfMessage(transaction) - 1);
      });
    } catch (error) {
      if (!mustBeSilent(context, from, to)) throw echoing(error, inbound.stanza);
      context.log.debug(`A presence from ${from.text} was dropped: ${String(error)}`);
    }
  };
}

/** Makes a handler of unavailable presence. It drops the session's waiting presence, and never replies. */
export function unavailableHandler<K extends RoomTarget>(
  context: RoomContext,
  presenceQueue: PresenceQueue,
  handle: RoomHandler<K, void>,
) {
  return async (inbound: Inbound<K>): Promise<void> => {
    presenceQueue.forget(placeOf(inbound.from, inbound.to));
    try {
      await inTransaction(context, undefined, (transaction) => handle({ context, transaction }, inbound));
    } catch (error) {
      context.log.debug(`An unavailable presence from ${inbound.from.text} was dropped: ${String(error)}`);
    }
  };
}

/** Refuses a sender. @throws StanzaError resource-constraint if the outbox quota is used up, or memory is short */
function refuseFull({ transactions, memory }: RoomContext, to: Target, owner: Account): void {
  if (memory.isShort) throw tooMuch(to, "The service is short of memory. Try again in a few minutes.");
  const full = transactions.refuse(owner);
  if (full !== undefined) throw tooMuch(to, full.message);
}

function tooMuch(to: Target, text: string): StanzaError {
  return new StanzaError("wait", "resource-constraint", text, { by: to.jid.bare.text });
}

function ownerOf(from: Jid): Account {
  return { kind: "user", name: from.bare.text };
}

/** Does the work in a transaction and commits it. @throws StanzaError resource-constraint if the commit fails */
async function inTransaction<R>(
  { transactions }: RoomContext,
  owner: Account | undefined,
  work: (transaction: Transaction) => R,
): Promise<R> {
  const [transaction, result] = transactions.run(owner, work);
  if (transaction.isEmpty) return result;
  const receipt = await transactions.commit(transaction);
  if (receipt instanceof Refusal) throw new StanzaError("wait", "resource-constraint", receipt.message);
  return result;
}

/** Returns the address of the room that a stanza is sent to. */
export function roomOf(to: Inbound<RoomTarget>["to"]): AccountJid {
  return to.kind === "occupant" ? to.room : to.jid;
}

function isInside({ rooms }: RoomContext, from: Jid, to: Inbound<RoomTarget>["to"]): boolean {
  return rooms.find(roomOf(to))?.sessions.has(from.text) === true;
}

/** Returns the key of a session in a room, for the presence queue. */
function placeOf(from: Jid, to: Target): string {
  return `${to.jid.bare.text} ${from.text}`;
}

/** Adds <x/> to an error if the client's presence had it: some clients recognise a room's refusal only by <x/>. */
function echoing(error: unknown, stanza: Element): unknown {
  if (error instanceof StanzaError && stanza.getChild("x", MUC.muc)) error.echo = xml("x", MUC.muc);
  return error;
}

/**
 * Whether an error must not be sent to `from`: after an error from the occupant's own address, the user's server no
 * longer sends the room an unavailable presence when the session ends.
 */
function mustBeSilent({ rooms }: RoomContext, from: Jid, to: Target): boolean {
  if (to.kind !== "occupant") return false;
  return rooms.find(to.room)?.sessions.get(from.text)?.jid.text === to.jid.text;
}
