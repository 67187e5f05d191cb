/** Calls that wait to be told whether the server has routed their stanzas. */
import { CONFIRMED, QUEUED, type DeliveryStatus } from "./delivery-status.js";

interface Waiter {
  /** The call's first row. */
  readonly first: number;
  /** The seq after its last. */
  readonly end: number;
  /** In milliseconds of performance.now(). */
  readonly deadline: number;
  /** Whether something of it wasn't routed. */
  isIncomplete: boolean;
  resolve(status: DeliveryStatus): void;
}

export class PendingCalls {
  readonly #timeout: number;
  #waiters: Waiter[] = [];

  /** @param timeout how long a call waits at most, in milliseconds */
  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  /** The status of a call with the rows from `first` to before `end`; calls come in the order of their ends. */
  wait(first: number, end: number): Promise<DeliveryStatus> {
    return new Promise((resolve) => {
      const deadline = performance.now() + this.#timeout;
      this.#waiters.push({ first, end, deadline, isIncomplete: false, resolve });
    });
  }

  /**
   * All rows before this seq are behind us.
   * @param unwritten those that weren't routed and weren't named here before, ascending
   */
  confirm(seq: number, unwritten: readonly number[]): void {
    // A call's other rows may come behind us later.
    for (const waiter of unwritten.length === 0 ? [] : this.#waiters) {
      const { first, end } = waiter;
      waiter.isIncomplete ||= unwritten.some((one) => first <= one && one < end);
    }
    const until = this.#waiters.findIndex((waiter) => waiter.end > seq);
    for (const waiter of this.#waiters.splice(0, until < 0 ? Infinity : until))
      waiter.resolve(waiter.isIncomplete ? QUEUED : CONFIRMED);
  }

  /** Lets those go that have waited long enough. */
  settleOverdue(): void {
    const now = performance.now();
    const until = this.#waiters.findIndex((waiter) => waiter.deadline > now);
    this.#settle(until < 0 ? Infinity : until);
  }

  settleAll(): void {
    this.#settle(Infinity);
  }

  #settle(count: number): void {
    for (const waiter of this.#waiters.splice(0, count)) waiter.resolve(QUEUED);
  }
}
