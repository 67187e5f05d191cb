/**
 * What all handlers of rooms' stanzas have in common: each action takes what it costs from its user's budget and is
 * done in one transaction, what is read is answered when there is time, and presence is refused only where that does
 * no harm.
 */
import type { Account } from "../../storage/unit-of-work.js";
import type { AccountJid, Jid } from "../address.js";
import { Refusal } from "../refusal.js";
import type { Inbound, IqReply } from "../router.js";
import { StanzaError } from "../stanza-error.js";
import type { Target, TargetKind } from "../target.js";
import { xml, type Element } from "../xml/builder.js";
import type { RoomContext, RoomScope, Work } from "./context.js";
import { costOfChange, costOfMessage } from "./limits/budgets.js";
import type { PresenceQueue } from "./limits/presence-queue.js";
import type { Transaction } from "./transaction.js";
import { MUC } from "./wire/ns.js";

export type RoomHandler<K extends TargetKind, R> = (work: Work, inbound: Inbound<K>) => R;
export type RoomTarget = "room" | "occupant";

/** A handler for rooms that exist; in others it throws item-not-found. */
export function inRoom<K extends RoomTarget, R>(
  handle: (scope: RoomScope, inbound: Inbound<K>) => R,
): RoomHandler<K, R> {
  return (work, inbound) => {
    const jid = roomOf(inbound.to);
    if (jid === undefined) throw new StanzaError("cancel", "item-not-found");
    return handle({ ...work, room: work.context.rooms.get(jid) }, inbound);
  };
}

/** What is said in rooms. */
export function messageHandler<K extends TargetKind, R>(context: RoomContext, handle: RoomHandler<K, R>) {
  return sendingHandler(context, handle, costOfMessage);
}

/** What changes rooms. What is refused costs as much as a message. */
export function changingHandler<K extends TargetKind, R>(context: RoomContext, handle: RoomHandler<K, R>) {
  return sendingHandler(context, handle, costOfChange);
}

function sendingHandler<K extends TargetKind, R>(
  context: RoomContext,
  handle: RoomHandler<K, R>,
  costOf: (transaction: Transaction) => number,
) {
  const { sending } = context.budgets;
  return async (inbound: Inbound<K>): Promise<R> => {
    const owner = ownerOf(inbound.from);
    refuseFull(context, inbound.to, owner);
    if (!sending.consume(owner.name)) {
      throw tooMuch(inbound.to, "You send too fast, or too much for a room of this size.");
    }
    return await inTransaction(context, owner, (transaction) => {
      const result = handle({ context, transaction }, inbound);
      sending.debit(owner.name, costOf(transaction) - 1);
      return result;
    });
  };
}

/** What only reads. */
export function readingHandler<K extends TargetKind>(context: RoomContext, handle: RoomHandler<K, IqReply>) {
  return (inbound: Inbound<K>): Promise<IqReply> =>
    context.reading.answer(inbound, () =>
      inTransaction(context, undefined, (transaction) => handle({ context, transaction }, inbound)),
    );
}

/** What costs its sender nothing, as it answers what others did. */
export function unmeteredHandler<K extends TargetKind>(context: RoomContext, handle: RoomHandler<K, void>) {
  return (inbound: Inbound<K>): Promise<void> =>
    inTransaction(context, undefined, (transaction) => handle({ context, transaction }, inbound));
}

/** Available presence: of those inside the latest is handled when there is budget for it. */
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
    // What needn't wait is handled at once, before the next stanza.
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
      context.log.debug(`A presence from ${from.text} came to nothing: ${String(error)}`);
    }
  };
}

/** Nobody who leaves is answered, and what they sent before is no longer wanted. */
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
      context.log.debug(`The leaving of ${inbound.from.text} came to nothing: ${String(error)}`);
    }
  };
}

/** @throws StanzaError resource-constraint where too much of this user's waits already, or memory is short */
function refuseFull({ transactions, memory }: RoomContext, to: Target, owner: Account): void {
  if (memory.isShort) throw tooMuch(to, "Memory is short here; try again in a while.");
  const full = transactions.refuse(owner);
  if (full !== undefined) throw tooMuch(to, full.message);
}

function tooMuch(to: Target, sentence: string): StanzaError {
  return new StanzaError("wait", "resource-constraint", sentence, { by: to.jid.bare.text });
}

function ownerOf(from: Jid): Account {
  return { kind: "user", name: from.bare.text };
}

/** Does it, and commits it. @throws StanzaError where the queue is full or the disk fails */
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

function roomOf(to: Target): AccountJid | undefined {
  if (to.kind === "occupant") return to.room;
  return to.kind === "room" ? to.jid : undefined;
}

function isInside({ rooms }: RoomContext, from: Jid, to: Target): boolean {
  const room = roomOf(to);
  return room !== undefined && rooms.find(room)?.sessions.has(from.text) === true;
}

function placeOf(from: Jid, to: Target): string {
  return `${to.jid.bare.text} ${from.text}`;
}

/** Some clients know the refusal of a room by this element of theirs alone. */
function echoing(error: unknown, stanza: Element): unknown {
  if (error instanceof StanzaError && stanza.getChild("x", MUC.muc)) error.echo = xml("x", MUC.muc);
  return error;
}

/**
 * No error presence comes from an address whose session is inside: servers then forget to tell the room when it ends.
 */
function mustBeSilent({ rooms }: RoomContext, from: Jid, to: Target): boolean {
  if (to.kind !== "occupant") return false;
  return rooms.find(to.room)?.sessions.get(from.text)?.jid.text === to.jid.text;
}
