/**
 * Writes acks and parked rows to the disk, and deletes rows that are no longer kept. Changes are collected for one
 * transaction; if the component crashes first, some rows are sent again.
 */
import { plus } from "../../storage/outbox-row.js";
import type { Beginning, Note } from "../../storage/outbox-store.js";
import { counted } from "../wording.js";
import type { OutboxDependencies } from "./dependencies.js";
import { REPLAY_REASONS, type KeptRows, type ReplayReason } from "./replay.js";
import type { Quotas } from "./quotas.js";
import type { OutboxRow } from "./row-stanzas.js";

/** The pause after the disk failed, in milliseconds. */
const TROUBLE_MS = 1_000;
/** How many rows one transaction deletes at most, because other writes wait for it. */
const PRUNED_ROWS = 1_000;

/** Changes that aren't on the disk yet. */
interface Changes {
  readonly parked: Note["parked"][number][];
  readonly unparked: OutboxRow[];
}

/** What the disk contains. */
interface Noted {
  /** The id of the first row that is neither acknowledged nor parked. */
  readonly acked: number;
  /** The id before which all rows are deleted, except parked ones. */
  readonly pruned: number;
  /** Whether expired fingerprints are still to be deleted. */
  readonly isForgetting: boolean;
}

export class Journal {
  #changes = noChanges();
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  /** Like Noted.acked, but perhaps newer than on the disk. */
  #acked: number;
  /** When the last change was noted, in milliseconds since 1970. */
  #at = 0;
  #noted: Noted;
  #isInTrouble = false;
  #isStopped = false;

  /** @param noteMs how long changes are collected for one transaction, in milliseconds */
  constructor(
    private readonly dependencies: OutboxDependencies & { readonly quotas: Quotas },
    private readonly kept: KeptRows,
    private readonly noteMs: number,
    { acked, kept: pruned }: Beginning,
  ) {
    this.#acked = acked;
    this.#noted = { acked, pruned, isForgetting: false };
  }

  /** Whether parked rows are still to be written to the disk. */
  get isParking(): boolean {
    return this.#changes.parked.length > 0;
  }

  /** Notes that all rows before `rowId` are acknowledged or parked. @param bytes the size of the newly finished rows */
  acked(rowId: number, bytes: number): void {
    this.#acked = rowId;
    if (this.kept.ack(rowId, bytes)) this.due();
  }

  /** Notes that a row is acknowledged or too old. @returns the row's size in bytes; 0 for a parked row, kept separately */
  over(row: OutboxRow): number {
    const { bytes } = this.dependencies.quotas.remove(row);
    if (!row.isParked) return bytes;
    this.#changes.unparked.push(row);
    this.kept.ackParked();
    this.due();
    return 0;
  }

  /** Notes that a row is parked. @param done how many of its stanzas are acknowledged */
  park(row: OutboxRow, done: number): void {
    this.dependencies.quotas.count("parked", this.dependencies.quotas.remove(row));
    this.#changes.parked.push({ rowId: row.rowId, done });
    this.due();
  }

  /** Schedules a write of the changes. */
  due(): void {
    this.#isDue = true;
    this.#at = Date.now();
    this.#schedule(this.noteMs);
  }

  /** Writes the changes now. @throws if the disk fails; then the changes are written later */
  noteNow(): void {
    const changes = this.#take();
    try {
      this.#noted = this.dependencies.store.now(() => this.#write(changes));
    } catch (error) {
      this.#putBack(changes);
      throw error;
    }
  }

  /** Makes the kept rows wait again. @returns the first row's id @throws if the disk fails; then nothing was changed */
  replay(reason: ReplayReason): number {
    const { start, by } = this.kept;
    this.noteNow();
    const acked = this.#acked;
    const { waiting, parked } = this.dependencies.store.replay(start, { acked, by, isStopped: false });
    this.kept.rewind();
    this.#acked = start;
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
    const changes = this.#take();
    const { commit } = this.dependencies;
    commit.run(() => this.#write(changes)).catch(() => undefined);
    commit.flush();
  }

  #schedule(ms: number): void {
    if (!this.#isStopped) this.#timer ??= setTimeout(() => this.#noteDue(), ms).unref();
  }

  #noteDue(): void {
    this.#timer = undefined;
    if (!this.#isDue) return;
    this.#isDue = false;
    let changes = noChanges();
    const { commit, log, store } = this.dependencies;
    commit
      .run(() => this.#write((changes = this.#take())), this.noteMs)
      .then((noted) => {
        this.#noted = noted;
        this.#isInTrouble = false;
        if (noted.pruned < this.kept.start || noted.isForgetting) this.due();
      })
      .catch((error: unknown) => {
        this.#putBack(changes);
        if (!this.#isInTrouble)
          log.error(`Acknowledged stanzas can't be deleted from the outbox: ${store.explain(error)}`);
        this.#isInTrouble = true;
        this.#isDue = true;
        this.#schedule(TROUBLE_MS);
      });
  }

  #take(): Changes {
    const changes = this.#changes;
    this.#changes = noChanges();
    return changes;
  }

  #putBack({ parked, unparked }: Changes): void {
    const later = this.#changes;
    this.#changes = {
      parked: [...parked, ...later.parked],
      unparked: [...unparked, ...later.unparked],
    };
  }

  #write(changes: Changes): Noted {
    const { store, history } = this.dependencies;
    const [acked, { start, by, parkedUntil }] = [this.#acked, this.kept];
    store.note({ progress: { acked, by, isStopped: this.#isStopped }, ...changes });
    if (acked > this.#noted.acked) history?.log.acked(acked, this.#at);
    for (const { rowId } of changes.unparked) history?.log.ackedParked(rowId, this.#at);
    const { pruned } = this.#noted;
    const end = Math.min(start, pruned + PRUNED_ROWS);
    if (end > pruned) store.prune(pruned, end);
    store.pruneParked(parkedUntil);
    return { acked, pruned: Math.max(end, pruned), isForgetting: store.fingerprints.forget(Date.now()) };
  }
}

function noChanges(): Changes {
  return { parked: [], unparked: [] };
}
