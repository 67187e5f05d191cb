/** Calls that wait to be told whether the server has acknowledged their stanzas. */

/** What an accepted call is told of its stanzas. */
export interface DeliveryStatus {
  /** `confirmed`: the server has acknowledged them; `queued`: they are safe on disk and will be sent. */
  readonly delivery: "confirmed" | "queued";
}

export const CONFIRMED: DeliveryStatus = { delivery: "confirmed" };
export const QUEUED: DeliveryStatus = { delivery: "queued" };

interface PendingCall {
  /** The call's first row. */
  readonly first: number;
  /** The id after its last. */
  readonly end: number;
  /** In milliseconds of performance.now(). */
  readonly deadline: number;
  /** Whether something of it is parked, or was too old. */
  isIncomplete: boolean;
  resolve(status: DeliveryStatus): void;
}

export class PendingCalls {
  #calls: PendingCall[] = [];

  /** @param timeout how long a call waits at most, in milliseconds */
  constructor(private readonly timeout: number) {}

  /** The status of a call with the rows from `first` to before `end`. */
  wait(first: number, end: number): Promise<DeliveryStatus> {
    return new Promise((resolve) => {
      const deadline = performance.now() + this.timeout;
      this.#calls.push({ first, end, deadline, isIncomplete: false, resolve });
    });
  }

  /** This row is passed, but not acknowledged. */
  incomplete(seq: number): void {
    for (const call of this.#calls) if (call.first <= seq && seq < call.end) call.isIncomplete = true;
  }

  /** All rows before this one are acknowledged, or passed. */
  acked(seq: number): void {
    this.#settle(({ end }) => end <= seq);
  }

  /** This row will never be acknowledged. */
  lost(seq: number): void {
    this.#settle(({ first, end }) => first <= seq && seq < end, QUEUED);
  }

  /** Answers those that have waited long enough. */
  settleOverdue(): void {
    const now = performance.now();
    this.#settle(({ deadline }) => deadline <= now, QUEUED);
  }

  settleAll(): void {
    this.#settle(() => true, QUEUED);
  }

  #settle(isOver: (call: PendingCall) => boolean, status?: DeliveryStatus): void {
    const left: PendingCall[] = [];
    for (const call of this.#calls) {
      if (isOver(call)) call.resolve(status ?? (call.isIncomplete ? QUEUED : CONFIRMED));
      else left.push(call);
    }
    this.#calls = left;
  }
}
