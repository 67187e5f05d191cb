/**
 * Who is suspected to send what makes the server close the stream. All that a suspect sends waits for its turn in
 * quarantine, as order holds between a sender and its receivers; everybody else's goes on. A call's senders are
 * suspected together. Who was found guilty stays a suspect for a while, others until their rows are through.
 */
import type { KnownRow } from "../../storage/outbox-row.js";

const GUILTY_MS = 600_000;

interface Suspect {
  /** How many of its rows are in quarantine; undefined: one of them is about to be. */
  rows: number | undefined;
  /** In milliseconds of performance.now(). */
  guiltyUntil: number;
}

export class Suspicion {
  readonly #senders = new Map<string, Suspect>();
  /** Calls of which a row is suspected. */
  readonly #calls = new Set<number>();

  /** Whether this row has to wait in quarantine. */
  holds(row: KnownRow): boolean {
    if (this.#senders.size === 0) return false;
    const suspect = this.#senders.get(row.sender);
    if (suspect !== undefined) {
      if (suspect.rows !== 0 || suspect.guiltyUntil > performance.now()) return true;
      this.#senders.delete(row.sender);
      return false;
    }
    if (row.call === undefined || !this.#calls.has(row.call)) return false;
    this.#suspectOf(row.sender);
    return true;
  }

  /** The stream was closed over something of this row, or over something else at that moment. */
  suspect(row: KnownRow): void {
    this.#suspectOf(row.sender);
    if (row.call !== undefined) this.#calls.add(row.call);
  }

  /** It was this row. */
  convict(row: KnownRow): void {
    const now = performance.now();
    for (const [sender, { rows, guiltyUntil }] of this.#senders)
      if (rows === 0 && guiltyUntil <= now) this.#senders.delete(sender);
    this.#suspectOf(row.sender).guiltyUntil = now + GUILTY_MS;
  }

  /** These rows are in quarantine. */
  entered(rows: readonly KnownRow[]): void {
    for (const { sender } of rows) {
      const suspect = this.#suspectOf(sender);
      suspect.rows = (suspect.rows ?? 0) + 1;
    }
  }

  /** This row is through. */
  left({ sender }: KnownRow): void {
    const suspect = this.#suspectOf(sender);
    suspect.rows = Math.max(0, (suspect.rows ?? 0) - 1);
    if (suspect.rows === 0 && suspect.guiltyUntil <= performance.now()) this.#senders.delete(sender);
    if (this.#senders.size === 0) this.#calls.clear();
  }

  #suspectOf(sender: string): Suspect {
    let suspect = this.#senders.get(sender);
    if (suspect === undefined) {
      suspect = { rows: undefined, guiltyUntil: -Infinity };
      this.#senders.set(sender, suspect);
    }
    return suspect;
  }
}
