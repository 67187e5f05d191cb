/**
 * Writes acks and parked rows to the disk, and deletes rows that are no longer kept. Changes are collected for one
 * transaction; if the component crashes first, some rows are sent again.
 */
import { plus } from "../../storage/outbox-row.js";
import type { Beginning, RowChange } from "../../storage/outbox-store.js";
import { counted } from "../wording.js";
import type { OutboxDependencies, OutboxTimes } from "./dependencies.js";
import { REPLAY_REASONS, type KeptRows, type ReplayReason } from "./replay.js";
import type { Quotas } from "./quotas.js";
import type { OutboxRow } from "./row-stanzas.js";

/** How many rows one transaction deletes at most, because other writes wait for it. */
const PRUNED_ROWS = 1_000;

/** What the disk contains. */
interface Noted {
  /** The id of the first row that is neither acknowledged nor parked. */
  readonly acked: number;
  /** The id before which all rows are deleted, except parked ones. */
  readonly pruned: number;
  /** Whether expired fingerprints are still to be deleted. */
  readonly isForgetting: boolean;
  /** How many changes of parked rows were written. */
  readonly changes: number;
}

export class Journal {
  /** Changes of parked rows that aren't on the disk yet. */
  readonly #changes: RowChange[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  /** When the last change was noted, in milliseconds since 1970. */
  #at = 0;
  #noted: Noted;
  #isInTrouble = false;
  #isStopped = false;

  constructor(
    private readonly dependencies: OutboxDependencies & { readonly quotas: Quotas },
    private readonly kept: KeptRows,
    private readonly times: OutboxTimes,
    { acked, kept: pruned }: Beginning,
  ) {
    this.#noted = { acked, pruned, isForgetting: false, changes: 0 };
  }

  /** Whether changes of parked rows are still to be written to the disk. */
  get isBehind(): boolean {
    return this.#changes.length > 0;
  }

  /** Notes that all rows before `rowId` are acknowledged or parked. @param bytes the size of the newly finished rows */
  acked(rowId: number, bytes: number): void {
    if (this.kept.ack(rowId, bytes)) this.due();
  }

  /** Notes that a row is acknowledged or too old. @returns the row's size in bytes; 0 for a parked row, kept separately */
  over(row: OutboxRow): number {
    const { bytes } = this.dependencies.quotas.remove(row);
    if (!row.isParked) return bytes;
    this.#changes.push({ rowId: row.rowId, ackedAt: this.times.now() });
    this.kept.ackParked();
    this.due();
    return 0;
  }

  /** Notes that a row is parked. @param done how many of its stanzas are acknowledged */
  park(row: OutboxRow, done: number): void {
    const { quotas } = this.dependencies;
    quotas.count("parked", quotas.remove(row));
    this.#changes.push({ rowId: row.rowId, parked: true, done });
    this.due();
  }

  due(): void {
    this.#isDue = true;
    this.#at = Date.now();
    this.#schedule(this.times.note);
  }

  /** Writes the changes now. @throws if the disk fails; then the changes are written later */
  noteNow(): void {
    this.#written(this.dependencies.store.now(() => this.#write()));
  }

  /** Makes the kept rows wait again. @returns the first row's id @throws if the disk fails; then nothing was changed */
  replay(reason: ReplayReason): number {
    const { start, acked, by } = this.kept;
    this.noteNow();
    const { waiting, parked } = this.dependencies.store.replay(start, { acked, by, isStopped: false });
    this.kept.rewind();
    this.#noted = { ...this.#noted, acked: start };
    const { quotas, history, metrics, log } = this.dependencies;
    quotas.count("waiting", waiting);
    quotas.count("parked", parked);
    const { stanzas } = plus(waiting, parked);
    history?.rewritten({ first: start, last: acked - 1, reason: REPLAY_REASONS[reason] });
    metrics.replayed.inc({ reason }, stanzas);
    log.warn(`Sending ${counted(stanzas, "acknowledged stanza")} again: ${REPLAY_REASONS[reason]}`);
    return start;
  }

  /** Writes the changes, and marks the component as stopped properly. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const { commit } = this.dependencies;
    commit.run(() => this.#write()).catch(() => undefined);
    commit.flush();
  }

  #schedule(ms: number): void {
    if (!this.#isStopped) this.#timer ??= setTimeout(() => this.#noteDue(), ms).unref();
  }

  #noteDue(): void {
    this.#timer = undefined;
    if (!this.#isDue) return;
    this.#isDue = false;
    const { commit, log, store } = this.dependencies;
    const written = (noted: Noted): void => this.#written(noted);
    commit
      .runThen(() => this.#write(), written, this.times.note)
      .then(() => {
        this.#isInTrouble = false;
        if (this.#noted.pruned < this.kept.start || this.#noted.isForgetting) this.due();
      })
      .catch((error: unknown) => {
        if (!this.#isInTrouble)
          log.error(`Acknowledged stanzas can't be deleted from the outbox: ${store.explain(error)}`);
        this.#isInTrouble = true;
        this.#isDue = true;
        this.#schedule(this.times.reread);
      });
  }

  #written(noted: Noted): void {
    this.#noted = noted;
    this.#changes.splice(0, noted.changes);
  }

  #write(): Noted {
    const { store, history } = this.dependencies;
    const { start, acked, by, parkedUntil } = this.kept;
    const changes = this.#changes;
    store.note({ acked, by, isStopped: this.#isStopped }, changes);
    const { acked: from } = this.#noted;
    if (acked > from) history?.log.acked({ from, to: acked, at: this.#at });
    for (const { rowId, ackedAt } of changes)
      if (ackedAt !== undefined) history?.log.ackedParked(rowId, ackedAt);
    const { pruned } = this.#noted;
    const end = Math.min(start, pruned + PRUNED_ROWS);
    if (end > pruned) store.prune(pruned, end);
    store.pruneParked(parkedUntil);
    const isForgetting = store.fingerprints.forget(Date.now());
    return { acked, pruned: Math.max(end, pruned), isForgetting, changes: changes.length };
  }
}
