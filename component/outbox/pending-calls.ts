/** Calls that wait until the server has acknowledged their stanzas. */
import type { Refusal } from "../refusal.js";

/** The answer to an accepted call. */
export interface DeliveryStatus {
  /** `confirmed`: the server has acknowledged all of its stanzas; `queued`: they are on the disk and will be sent. */
  readonly delivery: "confirmed" | "queued";
}

/** A refusal if all of the call is a dead letter. */
export type Answer = Promise<DeliveryStatus | Refusal> | DeliveryStatus | Refusal;

export const CONFIRMED: DeliveryStatus = { delivery: "confirmed" };
export const QUEUED: DeliveryStatus = { delivery: "queued" };

interface PendingCall {
  /** The call's first row. */
  readonly first: number;
  /** The id after its last. */
  readonly end: number;
  /** In milliseconds of performance.now(). */
  readonly deadline: number;
  /** How many of its rows are not dead letters. */
  alive: number;
  /** Whether something of it is parked, a dead letter, or was too old. */
  isIncomplete: boolean;
  resolve(status: DeliveryStatus | Refusal): void;
}

export class PendingCalls {
  #calls: PendingCall[] = [];

  /** @param timeout how long a call waits at most, in milliseconds */
  constructor(private readonly timeout: number) {}

  /**
   * Waits for the rows from `first` to before `end`.
   * @param rows how many rows the call has
   */
  wait(first: number, end: number, rows: number): Promise<DeliveryStatus | Refusal> {
    return new Promise((resolve) => {
      const deadline = performance.now() + this.timeout;
      this.#calls.push({ first, end, deadline, alive: rows, isIncomplete: false, resolve });
    });
  }

  /** A row is parked, or was too old. */
  incomplete(row: number): void {
    for (const call of this.#of(row)) call.isIncomplete = true;
  }

  /** A row is a dead letter. A call is refused only if all of its rows are: nothing of a refused call may arrive. */
  dead(row: number, refusal: Refusal): void {
    for (const call of this.#of(row)) {
      call.isIncomplete = true;
      call.alive -= 1;
      if (call.alive === 0) this.#settle((one) => one === call, refusal);
    }
  }

  /** All rows before this one are acknowledged, parked or too old. */
  acked(row: number): void {
    this.#settle(({ end }) => end <= row);
  }

  /** Answers those that have waited long enough. */
  settleOverdue(): void {
    const now = performance.now();
    this.#settle(({ deadline }) => deadline <= now, QUEUED);
  }

  settleAll(): void {
    this.#settle(() => true, QUEUED);
  }

  #of(row: number): PendingCall[] {
    return this.#calls.filter(({ first, end }) => first <= row && row < end);
  }

  #settle(isOver: (call: PendingCall) => boolean, status?: DeliveryStatus | Refusal): void {
    const left: PendingCall[] = [];
    for (const call of this.#calls) {
      if (isOver(call)) call.resolve(status ?? (call.isIncomplete ? QUEUED : CONFIRMED));
      else left.push(call);
    }
    this.#calls = left;
  }
}
