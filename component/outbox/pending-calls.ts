/** Keeps the calls that wait for the server's ack of their stanzas, and answers them. */
import type { Refusal } from "../refusal.js";

/** The answer to an accepted call. */
export interface DeliveryStatus {
  /** `confirmed`: the server has acknowledged all stanzas; `queued`: they are on the disk, and will be sent. */
  readonly delivery: "confirmed" | "queued";
}

/** What came of a call: its delivery, or why nothing was accepted, or that all of its stanzas are dead letters. */
export type Acceptance = DeliveryStatus | Refusal;

/** The answer to a call, perhaps later. */
export type CallAnswer = Promise<Acceptance> | Acceptance;

export const CONFIRMED: DeliveryStatus = { delivery: "confirmed" };
export const QUEUED: DeliveryStatus = { delivery: "queued" };

interface PendingCall {
  /** The ids of the call's rows that aren't dead letters. */
  rows: readonly number[];
  /** The id after the last row that the call waits for. */
  readonly end: number;
  /** When the call is answered at the latest, in milliseconds of performance.now(). */
  readonly deadline: number;
  /** Whether a row of the call is parked, a dead letter, or was too old to be sent. */
  isIncomplete: boolean;
  resolve(status: Acceptance): void;
}

export class PendingCalls {
  #calls: PendingCall[] = [];

  /** @param timeout how long a call waits at most, in milliseconds */
  constructor(private readonly timeout: number) {}

  /** Waits until all rows before `end` are finished. @param rows the ids of the call's rows */
  wait(rows: readonly number[], end: number): Promise<Acceptance> {
    return new Promise((resolve) => {
      const deadline = performance.now() + this.timeout;
      this.#calls.push({ rows, end, deadline, isIncomplete: false, resolve });
    });
  }

  /** Marks the calls of a row that is parked, a dead letter, or too old. */
  incomplete(row: number): void {
    for (const call of this.#of(row)) call.isIncomplete = true;
  }

  /** Refuses the calls of a dead letter, except calls with other rows, which may be delivered. */
  dead(row: number, refusal: Refusal): void {
    for (const call of this.#of(row)) {
      call.rows = call.rows.filter((rowId) => rowId !== row);
      if (call.rows.length === 0) this.#settle((one) => one === call, refusal);
    }
  }

  /** Answers the calls whose rows all have smaller ids than this row: such rows are finished. */
  acked(row: number): void {
    this.#settle(({ end }) => end <= row);
  }

  settleOverdue(): void {
    const now = performance.now();
    this.#settle(({ deadline }) => deadline <= now, QUEUED);
  }

  settleAll(): void {
    this.#settle(() => true, QUEUED);
  }

  #of(row: number): PendingCall[] {
    return this.#calls.filter(({ rows }) => rows.includes(row));
  }

  #settle(isOver: (call: PendingCall) => boolean, status?: Acceptance): void {
    const left: PendingCall[] = [];
    for (const call of this.#calls) {
      if (isOver(call)) call.resolve(status ?? (call.isIncomplete ? QUEUED : CONFIRMED));
      else left.push(call);
    }
    this.#calls = left;
  }
}
