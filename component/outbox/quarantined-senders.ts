/**
 * The senders whose rows have to wait in quarantine, as one of them may have made the server close the stream. All
 * that such a sender sends goes there, as order holds between a sender and its receivers; everybody else's goes on.
 * All senders of a suspected call go there together. Who sent poison stays for a while, others until their rows are
 * routed.
 */
import type { KnownRow } from "../../storage/outbox-row.js";

const POISONOUS_MS = 600_000;

interface QuarantinedSender {
  /** How many of its rows are in quarantine; undefined: one of them is about to be. */
  rows: number | undefined;
  /** In milliseconds of performance.now(). */
  poisonousUntil: number;
}

export class QuarantinedSenders {
  readonly #senders = new Map<string, QuarantinedSender>();
  /** Calls of which a row is suspected. */
  readonly #suspectedCalls = new Set<number>();

  /** Whether this row has to wait in quarantine. */
  holds(row: KnownRow): boolean {
    if (this.#senders.size === 0) return false;
    const entry = this.#senders.get(row.sender);
    if (entry !== undefined) {
      if (entry.rows !== 0 || entry.poisonousUntil > performance.now()) return true;
      this.#senders.delete(row.sender);
      return false;
    }
    if (row.call === undefined || !this.#suspectedCalls.has(row.call)) return false;
    this.#entryOf(row.sender);
    return true;
  }

  /** The stream was closed over something of this row, or over something else at that moment. */
  add(row: KnownRow): void {
    this.#entryOf(row.sender);
    if (row.call !== undefined) this.#suspectedCalls.add(row.call);
  }

  /** A stanza of this row is poison. */
  markPoisonous(row: KnownRow): void {
    const now = performance.now();
    for (const [sender, { rows, poisonousUntil }] of this.#senders)
      if (rows === 0 && poisonousUntil <= now) this.#senders.delete(sender);
    this.#entryOf(row.sender).poisonousUntil = now + POISONOUS_MS;
  }

  /** These rows are in quarantine. */
  rowsAdded(rows: readonly Pick<KnownRow, "sender">[]): void {
    for (const { sender } of rows) {
      const entry = this.#entryOf(sender);
      entry.rows = (entry.rows ?? 0) + 1;
    }
  }

  /** This row has left the quarantine. */
  rowRemoved({ sender }: KnownRow): void {
    const entry = this.#entryOf(sender);
    entry.rows = Math.max(0, (entry.rows ?? 0) - 1);
    if (entry.rows === 0 && entry.poisonousUntil <= performance.now()) this.#senders.delete(sender);
    if (this.#senders.size === 0) this.#suspectedCalls.clear();
  }

  #entryOf(sender: string): QuarantinedSender {
    let entry = this.#senders.get(sender);
    if (entry === undefined) {
      entry = { rows: undefined, poisonousUntil: -Infinity };
      this.#senders.set(sender, entry);
    }
    return entry;
  }
}
