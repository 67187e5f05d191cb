/**
 * The outbox's front: accepts finished stanzas as a whole call, and answers when the server has acknowledged them, or
 * when they are safe on the disk. row-flow.ts has what becomes of them.
 */
import type { OutboxStates } from "../../storage/outbox-store.js";
import type { Account } from "../../storage/unit-of-work.js";
import type { Refusal } from "../refusal.js";
import type { Element } from "../xml/builder.js";
import type { Work } from "./acceptance.js";
import type { OutboxDependencies, OutboxOptions } from "./outbox-parts.js";
import type { DeliveryStatus } from "./pending-calls.js";
import { unavailable } from "./quotas.js";
import { RowFlow } from "./row-flow.js";

export type { DeliveryStatus, OutboxOptions, Work };

const TICK_MS = 100;

export class Outbox {
  readonly #flow: RowFlow;
  readonly #ticker: NodeJS.Timeout;
  #isClosing = false;

  /** @throws if the database can't be read */
  constructor(dependencies: OutboxDependencies, options: OutboxOptions) {
    this.#flow = new RowFlow(dependencies, options, dependencies.store.begin());
    this.#ticker = setInterval(() => this.#tick(), TICK_MS).unref();
  }

  /** Whether what is accepted now will be acknowledged soon. */
  get isReady(): boolean {
    return this.#flow.isReady;
  }

  /** How much is in each state. @throws if the database can't be read */
  get states(): OutboxStates {
    const { store, journal } = this.#flow.parts;
    journal.flush();
    return store.states();
  }

  /** Returns a refusal if this account's share of the queue is full. */
  refuse(account: Account): Refusal | undefined {
    return this.#flow.parts.quotas.refuse(account);
  }

  /** Whether something of a call is still to be acknowledged. @param call its first row */
  isWaiting(call: number): boolean {
    return this.#flow.parts.store.isWaiting(call, this.#flow.acked);
  }

  /**
   * Accepts a call's stanzas, all or none, with the writes that belong to them.
   * @returns a refusal if the queue is full or the disk doesn't take them: then nothing was accepted
   */
  async accept(work: Work): Promise<DeliveryStatus | Refusal> {
    if (this.#isClosing) return unavailable("the component is stopping; nothing was accepted, try again");
    const { acceptance } = this.#flow.parts;
    return await acceptance.accept(work, (rows, isRepeat) => this.#flow.accept(rows, isRepeat));
  }

  /** Consumes an ack that came back, and what the server refused; false for every other stanza. */
  consume(stanza: Element): boolean {
    return this.#flow.consume(stanza);
  }

  /**
   * Refuses new calls from now on, and waits until everything accepted is acknowledged, at most this long.
   * @returns false if something still waits
   */
  async flush(ms: number): Promise<boolean> {
    const flow = this.#flow;
    this.#isClosing = true;
    await flow.parts.commit.settled();
    if (!flow.isIdle && flow.isReady) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        flow.onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return flow.isIdle;
  }

  /** Ends the timers, and notes what is acknowledged. */
  stop(): void {
    const { history, journal } = this.#flow.parts;
    this.#isClosing = true;
    clearInterval(this.#ticker);
    this.#flow.stop();
    history?.stop();
    journal.stop();
  }

  #tick(): void {
    const { pending, journal, rows } = this.#flow.parts;
    pending.settleOverdue();
    journal.forgetRepeats();
    try {
      // Dead letters are put back behind what waits.
      if (rows.isBehind) this.#flow.change();
    } catch {
      // The database is busy; the next look finds them.
    }
  }
}
