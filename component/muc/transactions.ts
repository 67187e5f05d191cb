/**
 * Transactions of rooms (transaction.ts): begun for a stanza, a call or work in the background, committed together
 * with others of the same time, or aborted. Where one can't be committed, the rooms that it changed are forgotten,
 * with all transactions of theirs that were still to be committed, and read again from the disk.
 */
import type { NewRow } from "../../storage/outbox-row.js";
import type { Account } from "../../storage/unit-of-work.js";
import type { Outbox, DeliveryStatus } from "../outbox/outbox.js";
import { Refusal } from "../refusal.js";
import type { WireText } from "../xml/wire-text.js";
import type { Rooms } from "./rooms.js";
import type { Stores, Transaction } from "./transaction.js";

export class Transactions {
  /** @param make makes a transaction for an account, whose part of the outbox it takes */
  constructor(
    private readonly rooms: Pick<Rooms, "unload" | "reread">,
    private readonly stores: Stores,
    private readonly outbox: Pick<Outbox, "accept" | "refuse">,
    private readonly make: (account?: Account) => Transaction,
  ) {}

  /** Why nothing is taken from somebody now; undefined: it is. */
  refuse(account: Account): Refusal | undefined {
    return this.outbox.refuse(account);
  }

  /** @param account for whom it is done, and whose part of the outbox it takes */
  begin(account?: Account): Transaction {
    return this.make(account);
  }

  /** Does something in a new transaction, which is still to be committed; aborts it where that throws. */
  run<R>(account: Account | undefined, work: (transaction: Transaction) => R): [Transaction, R] {
    const transaction = this.begin(account);
    try {
      return [transaction, work(transaction)];
    } catch (error) {
      this.abort(transaction);
      throw error;
    }
  }

  /**
   * Commits a transaction, with further stanzas that belong to it.
   * @returns when its stanzas are routed, or safe in the queue; a refusal where nothing of it was done
   */
  async commit(
    transaction: Transaction,
    more: readonly NewRow<WireText>[] = [],
  ): Promise<DeliveryStatus | Refusal> {
    const rows = [...transaction.rows, ...more];
    const state = { isRun: false };
    count(transaction, 1);
    const writes = (first: number | undefined): void => {
      state.isRun = true;
      count(transaction, -1);
      this.#write(transaction, first);
    };
    const { account } = transaction;
    const result = await this.outbox.accept({ rows, writes, account, isAdmitted: true });
    if (!state.isRun) count(transaction, -1);
    transaction.done();
    if (result instanceof Refusal) this.abort(transaction);
    return result;
  }

  /** Forgets the rooms that a transaction changed, as it wasn't done whole. */
  abort(transaction: Transaction): void {
    transaction.done();
    for (const room of transaction.rooms) this.rooms.reread(room);
  }

  /** Inside the transaction of the database. */
  #write(transaction: Transaction, first: number | undefined): void {
    const rooms = [...transaction.rooms];
    try {
      if (rooms.some((room) => room.isLost)) throw new Error("what it builds on could not be stored");
      transaction.writeAll(this.stores, first);
    } catch (error) {
      for (const room of rooms) room.isLost = true;
      throw error;
    }
    for (const room of rooms) if (room.isGone) this.rooms.unload(room);
  }
}

/** Counts a transaction among what is still to be committed, or no longer. */
function count(transaction: Transaction, by: 1 | -1): void {
  for (const room of transaction.rooms) room.uncommitted += by;
  for (const room of transaction.onDisk) room.unstored += by;
}
