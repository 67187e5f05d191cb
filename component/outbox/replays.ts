/** Replay: what a server that has restarted may have lost is sent again, before anything newer. */
import { counted } from "../counted.js";
import type { Logger } from "winston";
import type { OutboxStore } from "../../storage/outbox-store.js";
import type { Metrics } from "../metrics.js";
import type { CallHistory } from "./call-history.js";
import type { Journal } from "./journal.js";
import type { KeptRows, ReplayReason } from "./kept-rows.js";
import type { Quotas } from "./quotas.js";
import type { Suspects } from "./suspects.js";

export interface ReplayParts {
  readonly store: OutboxStore;
  readonly journal: Journal;
  readonly kept: KeptRows;
  readonly suspects: Suspects;
  readonly quotas: Quotas;
  readonly history?: CallHistory | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
}

const REASONS: Readonly<Record<ReplayReason, string>> = {
  restarted: "the server has restarted",
  unknown: "the server doesn't tell its uptime (mod_last on ejabberd, mod_uptime on Prosody would)",
  another: "the link is to another server than before",
};

export class Replays {
  readonly #parts: ReplayParts;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /**
   * Everything that is kept waits again.
   * @param acked all rows before this one were acknowledged
   * @returns the first row to send
   * @throws if the disk doesn't take it; then nothing was done
   */
  replay(reason: ReplayReason, acked: number): number {
    const { store, journal, kept, suspects, quotas, history, metrics, log } = this.#parts;
    const { start, by } = kept;
    journal.noteNow();
    const weight = store.replay(start, { acked, by, isStopped: false });
    kept.rewind();
    if (reason !== "unknown") suspects.clear();
    quotas.add(weight);
    history?.rewritten({ first: start, last: acked - 1, reason: REASONS[reason] });
    metrics.replayed.inc({ reason }, weight.stanzas);
    log.warn(`Sending ${counted(weight.stanzas, "acknowledged stanza")} again: ${REASONS[reason]}`);
    return start;
  }
}
