import type { Account } from "../../storage/unit-of-work.js";
import type { AccountJid, Jid } from "../addresses/address.js";
import type { Target, TargetKind } from "../addresses/target.js";
import type { Inbound, IqReply } from "../inbound/router.js";
import { StanzaError } from "../inbound/stanza-error.js";
import { Refusal } from "../refusal.js";
import { xml } from "../xml/builder.js";
import type { RoomContext, RoomScope, Work } from "./context.js";
import { costOfMessage } from "./limits/budgets.js";
import type { PresenceQueue } from "./limits/presence-queue.js";
import type { Transaction } from "./transaction.js";
import { MUC } from "./wire/ns.js";

export type RoomHandler<K extends TargetKind, R> = (work: Work, inbound: Inbound<K>) => R;
/** The kinds of addresses that belong to a room: room@domain and room@domain/nickname. */
export type RoomTarget = "room" | "occupant";
/** A stanza to a room or to an occupant's address. */
export type ToRoom = Inbound<"room"> | Inbound<"occupant">;

export function roomOf(to: ToRoom["to"]): AccountJid {
  return to.kind === "occupant" ? to.room : to.jid;
}

/** Makes a handler that looks up the room, and throws item-not-found if the room doesn't exist. */
export function inRoom<K extends RoomTarget, R>(
  handle: (scope: RoomScope, inbound: Inbound<K>) => R,
): RoomHandler<K, R> {
  return (work, inbound) => handle({ ...work, room: work.context.rooms.get(roomOf(inbound.to)) }, inbound);
}

/** Makes handlers, which charge an action to the user's rate limit (limits/budgets.ts) and run it in a transaction. */
export class StanzaHandlers {
  constructor(
    private readonly context: RoomContext,
    private readonly presenceQueue: PresenceQueue,
  ) {}

  /** For messages and changes of rooms, which cost this. A refused stanza costs as much as a small message. */
  sending<K extends RoomTarget, R>(handle: RoomHandler<K, R>, costOf: (transaction: Transaction) => number) {
    const { sending } = this.context.budgets;
    return async (inbound: Inbound<K>): Promise<R> => {
      const owner = ownerOf(inbound.from);
      this.#refuseFull(inbound.to, owner);
      if (!sending.consume(owner.name)) {
        const text = "You send too fast, or too much for a room of this size. Try again in a few seconds.";
        throw tooMuch(inbound.to, text);
      }
      return await this.#run(owner, (work) => {
        const result = handle(work, inbound);
        sending.debit(owner.name, costOf(work.transaction) - 1);
        return result;
      });
    };
  }

  /** For requests that only read. They are answered when the link is free. */
  reading(handle: RoomHandler<"room", IqReply>) {
    return (inbound: Inbound<"room">): Promise<IqReply> =>
      this.context.reading.answer(inbound, () => this.#run(undefined, (work) => handle(work, inbound)));
  }

  /** For replies and bounced stanzas, which cost the sender nothing. */
  unmetered<K extends RoomTarget>(handle: RoomHandler<K, void>) {
    return (inbound: Inbound<K>): Promise<void> => this.#run(undefined, (work) => handle(work, inbound));
  }

  /** For available presence. Above the rate limit, only an occupant's latest presence is handled. */
  available<K extends RoomTarget>(handle: RoomHandler<K, void>) {
    const { budgets, log } = this.context;
    return async (inbound: Inbound<K>): Promise<void> => {
      const { from } = inbound;
      const to: ToRoom["to"] = inbound.to;
      const owner = ownerOf(from);
      const wasInside = this.#occupant(from, to) !== undefined;
      const admitted = wasInside
        ? this.presenceQueue.admit(placeOf(from, to), owner.name, inbound.stanza)
        : inbound.stanza;
      // A presence that needn't wait is handled before the next stanza.
      const stanza = admitted instanceof Promise ? await admitted : admitted;
      if (stanza === undefined || (wasInside && this.#occupant(from, to) === undefined)) return;
      try {
        if (!wasInside) this.#refuseFull(to, owner);
        await this.#run(owner, (work) => {
          handle(work, { ...inbound, stanza });
          budgets.presence.debit(owner.name, costOfMessage(work.transaction) - 1);
        });
      } catch (error) {
        // After an error from the occupant's own address, the user's server no longer sends the room an unavailable
        // presence when the session ends.
        if (this.#occupant(from, to)?.jid.text !== to.jid.text) {
          // Some clients recognise a room's refusal only by <x/>.
          const hasX = inbound.stanza.getChild("x", MUC.muc) !== undefined;
          if (error instanceof StanzaError && hasX) error.echo = xml("x", MUC.muc);
          throw error;
        }
        log.debug(`A presence from ${from.text} was dropped: ${String(error)}`);
      }
    };
  }

  /** For unavailable presence, which drops the session's waiting presence, and gets no reply. */
  unavailable<K extends RoomTarget>(handle: RoomHandler<K, void>) {
    return async (inbound: Inbound<K>): Promise<void> => {
      const { from, to } = inbound;
      this.presenceQueue.forget(placeOf(from, to));
      try {
        await this.#run(undefined, (work) => handle(work, inbound));
      } catch (error) {
        this.context.log.debug(`An unavailable presence from ${from.text} was dropped: ${String(error)}`);
      }
    };
  }

  /** Refuses a sender. @throws StanzaError resource-constraint if the outbox quota is used up, or memory is short */
  #refuseFull(to: Target, owner: Account): void {
    const { memory, transactions } = this.context;
    if (memory.isShort) throw tooMuch(to, "The service is short of memory. Try again in a few minutes.");
    const full = transactions.refuse(owner);
    if (full !== undefined) throw tooMuch(to, full.message);
  }

  /** Does work in a transaction and commits it. @throws StanzaError resource-constraint if the commit fails */
  async #run<R>(owner: Account | undefined, work: (work: Work) => R): Promise<R> {
    const { context } = this;
    const { transactions } = context;
    const [transaction, result] = transactions.run(owner, (transaction) => work({ context, transaction }));
    if (transaction.isEmpty) return result;
    const receipt = await transactions.commit(transaction);
    if (receipt instanceof Refusal) throw new StanzaError("wait", "resource-constraint", receipt.message);
    return result;
  }

  #occupant(from: Jid, to: ToRoom["to"]) {
    return this.context.rooms.find(roomOf(to))?.sessions.get(from.text);
  }
}

function tooMuch(to: Target, text: string): StanzaError {
  return new StanzaError("wait", "resource-constraint", text, { by: to.jid.bare.text });
}

function ownerOf(from: Jid): Account {
  return { kind: "user", name: from.bare.text };
}

/** Returns the key of a session in a room, for the presence queue. */
function placeOf(from: Jid, to: Target): string {
  return `${to.jid.bare.text} ${from.text}`;
}
