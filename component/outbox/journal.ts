/**
 * Writes acks and parked rows to the disk, and deletes rows that aren't kept any more: many at once and a little later, as
 * a crash in between only sends rows again. After a restart of the server, kept rows wait again.
 */
import { NOTHING, plus } from "../../storage/outbox-progress.js";
import { weightOfRows, type Weight } from "../../storage/outbox-row.js";
import type { Beginning, Note } from "../../storage/outbox-store.js";
import { counted } from "../counted.js";
import type { OutboxDependencies } from "./dependencies.js";
import { REPLAY_REASONS, type KeptRows, type ReplayReason } from "./kept-rows.js";
import type { Quotas } from "./quotas.js";
import type { OutboxRow } from "./row-stanzas.js";

const TROUBLE_MS = 1_000;
/** The most rows deleted in one transaction, since other work waits for it. */
const SLICE = 1_000;

/** The changes that aren't on the disk yet. */
interface Changes {
  acknowledged: Weight;
  readonly parked: Note["parked"][number][];
  readonly unparked: OutboxRow[];
}

/** The state on the disk. */
interface Noted {
  readonly acked: number;
  /** All rows below, except parked ones, are deleted. */
  readonly pruned: number;
  /** Whether expired fingerprints are left. */
  readonly isForgetting: boolean;
}

export class Journal {
  #changes = noChanges();
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  /** The first row that isn't acknowledged, or parked, and when that was so; milliseconds since 1970. */
  #acked: number;
  #at = 0;
  #noted: Noted;
  #isInTrouble = false;
  #isStopped = false;

  /** @param noteMs how long it waits before a transaction, and again for one to share */
  constructor(
    private readonly dependencies: OutboxDependencies & { readonly quotas: Quotas },
    private readonly kept: KeptRows,
    private readonly noteMs: number,
    { acked, kept: pruned }: Beginning,
  ) {
    this.#acked = acked;
    this.#noted = { acked, pruned, isForgetting: false };
  }

  /** Whether parked rows aren't on the disk yet. */
  get isParking(): boolean {
    return this.#changes.parked.length > 0;
  }

  /** All rows before this one are acknowledged, or parked. @param bytes of those that ended since the last call */
  acked(rowId: number, bytes: number): void {
    this.#acked = rowId;
    if (this.kept.ack(rowId, bytes, Date.now())) this.due();
  }

  /** A row is acknowledged, or too old. */
  over(row: OutboxRow): Weight {
    const weight = weightOfRows([row]);
    if (row.isParked) {
      this.#changes.unparked.push(row);
      this.kept.ackParked(Date.now());
      this.due();
    } else this.#changes.acknowledged = plus(this.#changes.acknowledged, weight);
    return weight;
  }

  /** A row is parked. @param done the number of its stanzas that are acknowledged */
  park(row: OutboxRow, done: number): void {
    this.#changes.parked.push({ row, done });
    this.due();
  }

  /** Writes the changes soon. */
  due(): void {
    this.#isDue = true;
    this.#at = Date.now();
    this.#schedule(this.noteMs);
  }

  /** Writes the changes now, before the disk is read; later if it fails. */
  flush(): void {
    if (!this.#isDue || this.#isStopped) return;
    try {
      this.noteNow();
    } catch {
      // The state of the last write is read.
    }
  }

  /** Writes the changes now. @throws if the disk fails; then they are written later */
  noteNow(): void {
    const changes = this.#take();
    try {
      this.#noted = this.dependencies.store.now(() => this.#write(changes));
    } catch (error) {
      this.#putBack(changes);
      throw error;
    }
  }

  /**
   * Lets the kept rows wait again, as the server may have lost them.
   * @returns the first row to send
   * @throws if the disk fails; then nothing was done
   */
  replay(reason: ReplayReason): number {
    const { start, by } = this.kept;
    this.noteNow();
    const acked = this.#acked;
    const weight = this.dependencies.store.replay(start, { acked, by, isStopped: false });
    this.kept.rewind();
    this.#acked = start;
    this.#noted = { ...this.#noted, acked: start };
    const { quotas, history, metrics, log } = this.dependencies;
    quotas.add(weight);
    history?.rewritten({ first: start, last: acked - 1, reason: REPLAY_REASONS[reason] });
    metrics.replayed.inc({ reason }, weight.stanzas);
    log.warn(`Sending ${counted(weight.stanzas, "acknowledged stanza")} again: ${REPLAY_REASONS[reason]}`);
    return start;
  }

  /** Writes the changes, and that the component was stopped properly. */
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

  #putBack({ acknowledged, parked, unparked }: Changes): void {
    const later = this.#changes;
    this.#changes = {
      acknowledged: plus(acknowledged, later.acknowledged),
      parked: [...parked, ...later.parked],
      unparked: [...unparked, ...later.unparked],
    };
  }

  #write(changes: Changes): Noted {
    const { store, calls } = this.dependencies;
    const [acked, { start, by, parkedUntil }] = [this.#acked, this.kept];
    store.note({ progress: { acked, by, isStopped: this.#isStopped }, ...changes });
    if (acked > this.#noted.acked) calls?.acked(acked, this.#at);
    for (const { rowId } of changes.unparked) calls?.ackedParked(rowId, this.#at);
    const { pruned } = this.#noted;
    const end = Math.min(start, pruned + SLICE);
    if (end > pruned) store.prune(pruned, end);
    store.pruneParked(parkedUntil);
    return { acked, pruned: Math.max(end, pruned), isForgetting: store.fingerprints.forget(Date.now()) };
  }
}

function noChanges(): Changes {
  return { acknowledged: NOTHING, parked: [], unparked: [] };
}
