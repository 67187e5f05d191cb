/** Keeps the calls that wait for the server's ack of their stanzas, and answers them. */
import type { Refusal } from "../refusal.js";

/** The answer to an accepted call. */
export interface DeliveryStatus {
  /**
   * `confirmed`: the server has acknowledged all stanzas of the call; `queued`: the stanzas are on the disk and will be
   * sent.
   */
  readonly delivery: "confirmed" | "queued";
}

/** The answer to a call; a refusal if all of its stanzas are dead letters. */
export type Answer = Promise<DeliveryStatus | Refusal> | DeliveryStatus | Refusal;

export const CONFIRMED: DeliveryStatus = { delivery: "confirmed" };
export const QUEUED: DeliveryStatus = { delivery: "queued" };

interface PendingCall {
  /** The id of the call's first row. */
  readonly first: number;
  /** The id after the call's last row. */
  readonly end: number;
  /** When the call is answered at the latest, in milliseconds of performance.now(). */
  readonly deadline: number;
  /** How many rows of the call are not dead letters. */
  alive: number;
  /**
   * Whether a row of the call is parked (its host allows no send mode now), is a dead letter, or was too old to be
   * sent.
   */
  isIncomplete: boolean;
  resolve(status: DeliveryStatus | Refusal): void;
}

export class PendingCalls {
  #calls: PendingCall[] = [];

  /** @param timeout how long a call waits at most, in milliseconds */
  constructor(private readonly timeout: number) {}

  /**
   * Waits for the acks of the rows from `first` to before `end`.
   * @param rows how many rows in this range belong to the call
   */
  wait(first: number, end: number, rows: number): Promise<DeliveryStatus | Refusal> {
    return new Promise((resolve) => {
      const deadline = performance.now() + this.timeout;
      this.#calls.push({ first, end, deadline, alive: rows, isIncomplete: false, resolve });
    });
  }

  /** Marks the calls that include this row as incomplete, as the row is parked or was too old. */
  incomplete(row: number): void {
    for (const call of this.#of(row)) call.isIncomplete = true;
  }

  /**
   * Notes that a row is a dead letter. The call is refused only if all of its rows are dead letters, since no stanza of
   * a refused call may be delivered.
   */
  dead(row: number, refusal: Refusal): void {
    for (const call of this.#of(row)) {
      call.isIncomplete = true;
      call.alive -= 1;
      if (call.alive === 0) this.#settle((one) => one === call, refusal);
    }
  }

  /** Answers the calls that end before this row: all rows before it are acknowledged, parked or too old. */
  acked(row: number): void {
    this.#settle(({ end }) => end <= row);
  }

  /** Answers the calls whose time is up. */
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
