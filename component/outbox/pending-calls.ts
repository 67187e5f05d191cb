/** Calls that wait to be told whether the server has acknowledged their stanzas. */

/** What an accepted call is told of its stanzas. */
export interface DeliveryStatus {
  /** `confirmed`: the server has acknowledged them; `queued`: they are safe on disk and will be sent. */
  readonly delivery: "confirmed" | "queued";
}

export const CONFIRMED: DeliveryStatus = { delivery: "confirmed" };
export const QUEUED: DeliveryStatus = { delivery: "queued" };

interface Pending {
  /** The call's first row. */
  readonly first: number;
  /** The seq after its last. */
  readonly end: number;
  /** In milliseconds of performance.now(). */
  readonly deadline: number;
  /** Whether something of it is parked, or was too old. */
  isIncomplete: boolean;
  resolve(status: DeliveryStatus): void;
}

export class PendingCalls {
  readonly #timeout: number;
  #calls: Pending[] = [];

  /** @param timeout how long a call waits at most, in milliseconds */
  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  /** The status of a call with the rows from `first` to before `end`; calls come in the order of their ends. */
  wait(first: number, end: number): Promise<DeliveryStatus> {
    return new Promise((resolve) => {
      const deadline = performance.now() + this.#timeout;
      this.#calls.push({ first, end, deadline, isIncomplete: false, resolve });
    });
  }

  /** This row is passed, but not acknowledged. */
  incomplete(seq: number): void {
    for (const call of this.#calls) if (call.first <= seq && seq < call.end) call.isIncomplete = true;
  }

  /** All rows before this one are acknowledged, or passed. */
  acked(seq: number): void {
    const until = this.#calls.findIndex((call) => call.end > seq);
    for (const call of this.#calls.splice(0, until < 0 ? Infinity : until))
      call.resolve(call.isIncomplete ? QUEUED : CONFIRMED);
  }

  /** Answers those that have waited long enough. */
  settleOverdue(): void {
    const now = performance.now();
    const until = this.#calls.findIndex((call) => call.deadline > now);
    this.#settle(until < 0 ? Infinity : until);
  }

  settleAll(): void {
    this.#settle(Infinity);
  }

  #settle(count: number): void {
    for (const call of this.#calls.splice(0, count)) call.resolve(QUEUED);
  }
}
