import type { NewRow } from "../../storage/outbox-row.js";
import type { Account } from "../../storage/unit-of-work.js";
import type { Outbox, Acceptance } from "../outbox/outbox.js";
import { QUEUED } from "../outbox/pending-calls.js";
import { Refusal } from "../refusal.js";
import type { WireText } from "../xml/wire-text.js";
import type { Rooms } from "./rooms.js";
import type { ChangedRoom, Stores, Transaction } from "./transaction.js";

/**
 * Runs and commits transactions (transaction.ts); simultaneous ones share a commit. If one fails, the rooms that it
 * changed are loaded from the database again, and other uncommitted transactions of these rooms fail, too.
 */
export class Transactions {
  /** The fingerprints of uncommitted calls, in base64. */
  readonly #uncommitted = new Set<string>();

  /** @param begin makes a transaction whose stanzas are charged to the account */
  constructor(
    private readonly rooms: Pick<Rooms, "unload" | "reread">,
    private readonly stores: Stores,
    private readonly outbox: Pick<Outbox, "accept" | "refuse">,
    readonly begin: (account?: Account) => Transaction,
  ) {}

  refuse(account: Account): Refusal | undefined {
    return this.outbox.refuse(account);
  }

  /** Runs work in a new transaction, which the caller commits. If the work throws, the transaction is aborted. */
  run<R>(account: Account | undefined, work: (transaction: Transaction) => R): [Transaction, R] {
    const transaction = this.begin(account);
    try {
      return [transaction, work(transaction)];
    } catch (error) {
      this.abort(transaction);
      throw error;
    }
  }

  /** Runs and commits the component's own work. @throws Error if it fails, or could not be stored */
  async own(work: (transaction: Transaction) => void): Promise<void> {
    const [transaction] = this.run(undefined, work);
    if (transaction.isEmpty) return;
    const status = await this.commit(transaction);
    if (status instanceof Refusal) throw new Error(status.message);
  }

  /**
   * Does a call's work in a room, unless the call repeats an earlier one. If the earlier call isn't committed yet, both
   * succeed or fail together.
   */
  once(transaction: Transaction, room: ChangedRoom, fingerprint: Buffer, work: () => void): void {
    const { fingerprints } = this.stores;
    const key = fingerprint.toString("base64");
    const isKnown = (): boolean => fingerprints.isKnown(fingerprint, transaction.at);
    if (this.#uncommitted.has(key)) {
      transaction.write(room, () => {
        if (!isKnown()) throw new Error("the call that it repeats was not stored");
      });
    } else if (!isKnown()) {
      work();
      this.#uncommitted.add(key);
      transaction.whenDone.push(() => this.#uncommitted.delete(key));
      transaction.write(room, () => fingerprints.remember(fingerprint, transaction.at));
    }
  }

  /** Commits a transaction, and further outbox rows. @returns the stanzas' status; a refusal if nothing was stored */
  async commit(transaction: Transaction, more: readonly NewRow<WireText>[] = []): Promise<Acceptance> {
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
    done(transaction);
    if (result instanceof Refusal) this.abort(transaction);
    return transaction.isContinued && !(result instanceof Refusal) ? QUEUED : result;
  }

  /** Drops the rooms that a failed transaction changed. */
  abort(transaction: Transaction): void {
    done(transaction);
    for (const room of transaction.rooms) this.rooms.reread(room);
  }

  /** Runs a transaction's database writes, inside the database's transaction. */
  #write(transaction: Transaction, first: number | undefined): void {
    const rooms = [...transaction.rooms];
    try {
      if (rooms.some((room) => room.isLost)) throw new Error("what it builds on could not be stored");
      for (const write of transaction.writes) write(this.stores, first);
    } catch (error) {
      for (const room of rooms) room.isLost = true;
      throw error;
    }
    for (const room of rooms) if (room.isGone) this.rooms.unload(room);
  }
}

function count(transaction: Transaction, by: 1 | -1): void {
  for (const room of transaction.rooms) room.uncommitted += by;
  for (const room of transaction.onDisk) room.unstored += by;
}

function done({ whenDone }: Transaction): void {
  for (const work of whenDone.splice(0)) work();
}
