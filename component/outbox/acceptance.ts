/**
 * Accepts calls: their stanzas and the writes that belong to them are committed together, within the quotas, and their
 * repeats are recognised.
 */
import type { Logger } from "winston";
import type { GroupCommit } from "../../storage/group-commit.js";
import { minus } from "../../storage/outbox-progress.js";
import { weightOf, weightOfRows, type Weight } from "../../storage/outbox-row.js";
import type { OutboxStore } from "../../storage/outbox-store.js";
import type { Committed, UnitOfWork, UnitsOfWork } from "../../storage/unit-of-work.js";
import type { Metrics } from "../metrics.js";
import type { Refusal } from "../refusal.js";
import type { WireText } from "../xml/wire-text.js";
import type { CallHistory } from "./call-history.js";
import type { DeliveryStatus } from "./pending-calls.js";
import { unavailable, type Quotas } from "./quotas.js";

/** A call, or what a stanza does to rooms. */
export interface Work extends UnitOfWork<WireText> {
  /** Whether its account's quota was asked before (Outbox.refuse): undoing it now would cost more than what it adds. */
  readonly isAdmitted?: boolean;
}

export type Answer = Promise<DeliveryStatus> | DeliveryStatus;

export interface AcceptanceParts {
  readonly units: UnitsOfWork;
  readonly commit: GroupCommit;
  readonly store: OutboxStore;
  readonly quotas: Quotas;
  readonly history?: CallHistory | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export class Acceptance {
  readonly #parts: AcceptanceParts;
  #isInTrouble = false;

  constructor(parts: AcceptanceParts) {
    this.#parts = parts;
  }

  /**
   * Commits a call.
   * @param committed called as soon as it is, in the order of all calls; returns what the caller is told
   * @returns a refusal if nothing was accepted
   */
  async accept(
    work: Work,
    committed: (rows: Committed<WireText>["rows"], isRepeat: boolean) => Answer,
  ): Promise<DeliveryStatus | Refusal> {
    const { quotas, units, commit, log, store } = this.#parts;
    const { rows, account, isAdmitted = false } = work;
    const weight = weightOf(rows);
    const isOver = isAdmitted || account === undefined ? undefined : quotas.refuse(account, weight);
    const refusal = isOver ?? quotas.take(weight, account);
    if (refusal !== undefined) {
      // A repeat takes up no room: telling its caller that nothing was accepted would be wrong.
      if (work.writes !== undefined || !this.#isKnown(work)) return refusal;
      await commit.settled();
      return committed([], true);
    }
    try {
      return await units.commit(work, (done) => committed(done.rows, this.#noteAccepted(work, weight, done)));
    } catch (error) {
      quotas.giveBack(weight, account);
      const reason = store.explain(error);
      if (!this.#isInTrouble) log.error(`Calls can't be stored and are refused until they can: ${reason}`);
      this.#isInTrouble = true;
      return unavailable("storage failed; nothing was accepted, try again");
    }
  }

  /** @returns whether something of it was a repeat */
  #noteAccepted({ rows, account }: Work, weight: Weight, done: Committed): boolean {
    const { quotas, metrics, history, log } = this.#parts;
    if (this.#isInTrouble) log.info("Calls can be stored again");
    this.#isInTrouble = false;
    const stored = weightOfRows(done.rows);
    const repeated = minus(weight, stored);
    const last = done.rows.at(-1)?.seq;
    if (repeated.stanzas > 0) quotas.giveBack(repeated, account);
    if (account !== undefined && last !== undefined) quotas.stored(account, stored, last);
    if (account?.request !== undefined && done.call !== undefined)
      history?.accepted({ id: done.call, request: account.request }, rows);
    metrics.accepted.inc(stored.stanzas);
    metrics.repeats.inc(repeated.stanzas);
    return repeated.stanzas > 0;
  }

  #isKnown({ rows }: Work): boolean {
    try {
      return this.#parts.store.knows(rows);
    } catch {
      return false;
    }
  }
}
