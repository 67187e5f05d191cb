/**
 * Stores the stanzas of each call. Answers the call when the server has acknowledged the stanzas, or after a timeout.
 * row-flow.ts sends the stanzas.
 */
import {
  minus,
  weightOf,
  weightOfRows,
  type NewRow,
  type Row,
  type Weight,
} from "../../storage/outbox-row.js";
import type { OutboxStates } from "../../storage/outbox-store.js";
import { CommittedFault } from "../../storage/group-commit.js";
import { writeUnit, type Account, type Committed, type UnitOfWork } from "../../storage/unit-of-work.js";
import { Refusal } from "../refusal.js";
import type { Element } from "../xml/builder.js";
import type { WireText } from "../xml/wire-text.js";
import { TIMES, type OutboxDependencies, type OutboxOptions } from "./dependencies.js";
import type { Backlog } from "./backlog.js";
import { Journal } from "./journal.js";
import { KeptRows } from "./replay.js";
import {
  PendingCalls,
  QUEUED,
  type Acceptance,
  type CallAnswer,
  type DeliveryStatus,
} from "./pending-calls.js";
import { notStored, Quotas, unavailable } from "./quotas.js";
import { refusalOfLetter } from "./undeliverable.js";
import { RowFlow } from "./row-flow.js";
import { fromDisk } from "./row-stanzas.js";

export type { Acceptance, DeliveryStatus, OutboxOptions };

/** The stanzas of a call or a change in rooms, with the writes that belong to them. */
export interface OutboxWork extends UnitOfWork<WireText> {
  /** Whether the quota was checked earlier (Outbox.refuse). Undoing refused work would be costly. */
  readonly isAdmitted?: boolean;
}

/** The interval at which overdue calls are answered and the link is checked, in milliseconds. */
const TICK_MS = 100;

export class Outbox {
  readonly #quotas: Quotas;
  readonly backlog: Backlog;
  readonly #journal: Journal;
  readonly #pending: PendingCalls;
  readonly #flow: RowFlow;
  readonly #ticker: NodeJS.Timeout;
  #isInTrouble = false;
  #isClosing = false;

  /** @throws if the database can't be read */
  constructor(
    private readonly dependencies: OutboxDependencies,
    options: OutboxOptions,
  ) {
    const { store } = dependencies;
    const { maxStanzas: stanzas, maxBytes: bytes, confirmTimeout } = options;
    const times = { ...TIMES, ...options.times };
    const beginning = store.begin();
    const kept = new KeptRows(options.keep, beginning, times.now);
    const quotas = new Quotas({ stanzas, bytes }, store.states());
    const journal = new Journal({ ...dependencies, quotas }, kept, times, beginning);
    const pending = new PendingCalls(confirmTimeout);
    this.#flow = new RowFlow({ ...dependencies, journal, kept, quotas, pending }, times, beginning.acked);
    this.backlog = this.#flow.backlog;
    this.#quotas = quotas;
    this.#journal = journal;
    this.#pending = pending;
    this.#ticker = setInterval(() => this.#tick(), TICK_MS).unref();
    this.#provideMetrics(kept);
  }

  /** Whether rows that are accepted now can be sent immediately. */
  get isReady(): boolean {
    return this.#flow.isReady;
  }

  get states(): OutboxStates {
    return this.#quotas.states;
  }

  /** Returns a refusal if this account's quota is used up. */
  refuse(account: Account): Refusal | undefined {
    return this.#quotas.refuse(account);
  }

  /** Adds dead letters that an operator put back into the queue. Must be called at their commit, in order. */
  requeued(rows: readonly Row[]): void {
    this.#quotas.count("waiting", weightOfRows(rows));
    this.#flow.append(rows.map(fromDisk));
  }

  /** Whether rows of a call still wait for their ack. @param call the id of the call's first row */
  isWaiting(call: number): boolean {
    return this.dependencies.store.isWaiting(call, this.#flow.acked);
  }

  /**
   * Accepts a call's stanzas and other writes, or nothing. The answer to a repeated call depends on its earlier rows.
   * @returns a refusal if the queue is full, the disk fails, or all stanzas are dead letters
   */
  async accept(work: OutboxWork): Promise<Acceptance> {
    if (this.#isClosing) return unavailable("the component is stopping; nothing was accepted, try again");
    const { rows, account, isAdmitted = false } = work;
    const weight = weightOf(rows);
    const isOver = isAdmitted || account === undefined ? undefined : this.#quotas.refuse(account, weight);
    const refusal = isOver ?? this.#quotas.take(weight, account);
    // A repeated call takes no room in the queue, and its stanzas were accepted before: it isn't refused.
    if (refusal !== undefined) return (await this.#answerRepeat(work)) ?? refusal;
    const taken = this.backlog.take(rows);
    const { store, commit, history } = this.dependencies;
    const committed = (done: Committed<WireText>): CallAnswer => {
      const last = done.rows.at(-1)?.rowId;
      if (last === undefined) this.backlog.giveBack(taken);
      else this.backlog.stored(taken, last);
      return this.#accepted(work, weight, done);
    };
    try {
      const write = (): Committed<WireText> => writeUnit(work, store, history?.log);
      return await commit.runThen(write, committed, 0, work.writes !== undefined);
    } catch (error) {
      if (error instanceof CommittedFault) {
        this.dependencies.log.error("Internal error: a stored call was answered as queued", { error });
        return QUEUED;
      }
      this.#quotas.giveBack(weight, account);
      this.backlog.giveBack(taken);
      const reason = store.explain(error);
      if (!this.#isInTrouble)
        this.dependencies.log.error(`Calls are refused, as they can't be stored: ${reason}`);
      this.#isInTrouble = true;
      return notStored(error);
    }
  }

  /** Consumes acks and refused stanzas. @returns false for any other stanza */
  consume(stanza: Element): boolean {
    return this.#flow.consume(stanza);
  }

  /** Refuses new calls, and waits up to `ms` milliseconds for the ack of all rows. @returns false if some still wait */
  async flush(ms: number): Promise<boolean> {
    const flow = this.#flow;
    this.#isClosing = true;
    await this.dependencies.commit.settled();
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

  /** Stops the timers, and writes the acks to the disk. */
  stop(): void {
    this.#isClosing = true;
    clearInterval(this.#ticker);
    this.#flow.close();
    this.#journal.stop();
  }

  /** Updates quotas and metrics after a call was committed, and passes its rows on. @returns the answer to the call */
  #accepted(work: OutboxWork, weight: Weight, { rows, repeated, call }: Committed<WireText>): CallAnswer {
    const { metrics, history, log } = this.dependencies;
    const { account } = work;
    if (this.#isInTrouble) log.info("Calls are accepted again");
    this.#isInTrouble = false;
    const stored = repeated.length === 0 ? weight : weightOfRows(rows);
    const last = rows.at(-1)?.rowId;
    if (account !== undefined && last !== undefined) this.#quotas.stored(account, stored, last);
    if (account?.request !== undefined && call !== undefined)
      history?.accepted({ id: call, request: account.request }, work.rows);
    metrics.accepted.inc(stored.stanzas);
    if (repeated.length === 0) return unlessWritten(work, this.#flow.accept(rows, repeated));
    const more = minus(weight, stored);
    this.#quotas.giveBack(more, account);
    metrics.repeats.inc(more.stanzas);
    const worst = this.#worstOf(repeated, work.rows);
    const answer = this.#flow.accept(rows, repeated);
    if (worst === undefined) return unlessWritten(work, answer);
    return rows.length === 0 && work.writes === undefined ? worst : QUEUED;
  }

  /** Returns the answer to a call that only repeats earlier rows; undefined if something in it is new. */
  async #answerRepeat({ rows, writes }: OutboxWork): Promise<Acceptance | undefined> {
    const { store, commit } = this.dependencies;
    if (writes !== undefined) return undefined;
    try {
      const repeated = store.repeatedBy(rows);
      if (repeated === undefined) return undefined;
      await commit.settled();
      return this.#worstOf(repeated, rows) ?? (await this.#flow.accept([], repeated));
    } catch {
      return undefined;
    }
  }

  /** Returns a refusal if a repeated row is a dead letter, "queued" if one is or may be unsent, else undefined. */
  #worstOf(repeated: readonly number[], rows: readonly NewRow[]): Acceptance | undefined {
    const { store } = this.dependencies;
    let obstacles: ReturnType<typeof store.obstacleTo>[];
    try {
      if (this.#journal.isBehind) this.#journal.noteNow();
      obstacles = repeated.map((rowId) => store.obstacleTo(rowId));
    } catch {
      // The disk fails, so the stored states are out of date, or unknown.
      return QUEUED;
    }
    const letter = obstacles.find((obstacle) => typeof obstacle === "object");
    if (letter !== undefined) return refusalOfLetter(letter);
    // A row that is gone was sent or has expired.
    const mayBeUnsent = obstacles.includes("parked") || rows.some(({ expiresAt }) => expiresAt !== undefined);
    return mayBeUnsent ? QUEUED : undefined;
  }

  #tick(): void {
    this.#pending.settleOverdue();
    try {
      this.#flow.check();
    } catch {
      // The database can't be read; the next check tries again.
    }
  }

  /** Registers gauges of the states, as `outbox list` shows them. */
  #provideMetrics(kept: KeptRows): void {
    const { metrics, store, deadLetters } = this.dependencies;
    const { waiting, parked } = this.#quotas.states;
    const gauge = metrics.gaugeOf.bind(metrics);
    gauge("qtalk_outbox_stanzas", "Stanzas waiting to be acknowledged", () => waiting.stanzas);
    gauge("qtalk_outbox_bytes", "Bytes waiting to be acknowledged", () => waiting.bytes);
    const help = "Stanzas parked, as their host lets nobody send in its users' names";
    gauge("qtalk_outbox_parked_stanzas", help, () => parked.stanzas);
    gauge("qtalk_outbox_dead_letters", "Dead letters", () => deadLetters.count);
    gauge("qtalk_outbox_oldest_seconds", "Age of the oldest stanza that waits or is parked", () => {
      const oldest = store.oldest();
      return oldest === undefined ? 0 : Math.max(0, Date.now() - oldest) / 1000;
    });
    gauge("qtalk_outbox_kept_bytes", "Acknowledged bytes kept in case the server restarts", () => kept.bytes);
  }
}

/** Replaces a later refusal by "queued" if other writes of the call are committed already. */
function unlessWritten({ writes }: OutboxWork, answer: CallAnswer): CallAnswer {
  if (writes === undefined || !(answer instanceof Promise)) return answer;
  return answer.then((status) => (status instanceof Refusal ? QUEUED : status));
}
