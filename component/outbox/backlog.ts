/**
 * Counts the unacknowledged stanzas of each room, so that rooms take turns (component/busy-room-turns.ts): a room with many waits
 * before it sends more. Rows stay in one order; only the work that makes new rows waits.
 */
import type { NewRow } from "../../storage/outbox-row.js";
import { QuotaPool } from "../limits/quota-pool.js";

/** A room's part of the window, relative to what is free: one busy room gets three quarters. */
const PORTION = 3;

/** How many stanzas rows have, by the rooms that send them. */
export type StanzasByRoom = ReadonlyMap<string, number>;

export class Backlog {
  readonly #pool;
  /** The stored stanzas that aren't acknowledged, in the order of their rows. `last`: the id of the last row. */
  readonly #parts: { readonly of: StanzasByRoom; readonly last: number }[] = [];
  #ackedAt = performance.now();
  /** Called when stanzas of rooms were acknowledged. */
  onAcked: (() => void) | undefined;

  /**
   * @param domain the domain of the rooms
   * @param most how many stanzas may be unacknowledged
   */
  constructor(
    private readonly domain: string,
    most: () => number,
  ) {
    this.#pool = new QuotaPool(most);
  }

  /** Returns how many unacknowledged stanzas a room has. @param room bare address */
  of(room: string): number {
    return this.#pool.of(room);
  }

  isFree(room: string): boolean {
    return this.#pool.hasRoom(room, 1, PORTION);
  }

  /** Whether all rooms together have sent as much as may be unacknowledged. */
  get isFull(): boolean {
    return this.#pool.isFull;
  }

  /** Whether stanzas of rooms were acknowledged in the last `ms` milliseconds. */
  isAckedWithin(ms: number): boolean {
    return performance.now() - this.#ackedAt < ms;
  }

  /** Counts rows that are about to be stored. */
  take(rows: readonly NewRow[]): StanzasByRoom {
    const counts = new Map<string, number>();
    for (const { sender, recipients, stanzas = 1 } of rows) {
      if (!sender.endsWith(`@${this.domain}`)) continue;
      const count = recipients?.length ?? stanzas;
      counts.set(sender, (counts.get(sender) ?? 0) + count);
      this.#pool.acquire(sender, count);
    }
    return counts;
  }

  /** Subtracts rows that were counted but couldn't be stored. */
  giveBack(of: StanzasByRoom): void {
    for (const [room, count] of of) this.#pool.release(room, count);
    if (of.size > 0) this.onAcked?.();
  }

  /** Notes that counted rows are stored. @param last the id of the last of these rows */
  stored(of: StanzasByRoom, last: number): void {
    if (of.size > 0) this.#parts.push({ of, last });
  }

  /** Subtracts all rows before this one, because they are acknowledged. */
  acked(rowId: number): void {
    const end = this.#parts.findIndex(({ last }) => last >= rowId);
    const acked = this.#parts.splice(0, end < 0 ? Infinity : end);
    for (const { of } of acked) for (const [room, count] of of) this.#pool.release(room, count);
    if (acked.length === 0) return;
    this.#ackedAt = performance.now();
    this.onAcked?.();
  }
}
