/**
 * Notes on the disk how far the outbox is acknowledged and what is parked, and deletes what is needed no more: for many
 * rows at once and a little later, as a crash in between only sends rows again.
 */
import type { Logger } from "winston";
import type { CallLog } from "../../storage/call-log.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import { NOTHING, plus, type Progress } from "../../storage/outbox-progress.js";
import { weightOfRows, type Weight } from "../../storage/outbox-row.js";
import type { Note, OutboxStore } from "../../storage/outbox-store.js";
import type { KeptRows } from "./kept-rows.js";
import type { OutboxRow } from "./outbox-row.js";

const TROUBLE_MS = 1_000;
/** So many rows are deleted in one transaction: everybody waits for it. */
const SLICE = 1_000;

export interface JournalParts {
  readonly store: OutboxStore;
  readonly commit: GroupCommit;
  readonly kept: KeptRows;
  /** Absent: calls aren't traced. */
  readonly calls?: CallLog | undefined;
  readonly log: Logger;
  /** Waits so long before it asks for a transaction, and then again so long for one to share; milliseconds. */
  readonly noteMs: number;
  /** The first row that isn't acknowledged. */
  readonly acked: () => number;
}

type Changes = Omit<Note, "progress">;

const NO_CHANGES: Changes = { acknowledged: NOTHING, parked: [], unparked: [] };

export class Journal {
  readonly #parts: JournalParts;
  #changes: { acknowledged: Weight; parked: Note["parked"][number][]; unparked: OutboxRow[] } = fresh();
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  /** When the last of what is to be noted happened; milliseconds since 1970. */
  #at = 0;
  /** No rows are left below this one, except parked ones. */
  #pruned: number;
  #isForgetting = false;
  #isInTrouble = false;
  #isStopped = false;

  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#pruned = parts.kept.start;
  }

  /** Whether rows were parked that the disk doesn't know of. */
  get isParking(): boolean {
    return this.#changes.parked.length > 0;
  }

  /** A row is acknowledged, or too old. */
  acked(row: OutboxRow): Weight {
    const weight = weightOfRows([row]);
    if (row.isParked) {
      this.#changes.unparked.push(row);
      this.due();
    } else this.#changes.acknowledged = plus(this.#changes.acknowledged, weight);
    return weight;
  }

  /** A row is parked, with so many of its stanzas acknowledged. */
  park(row: OutboxRow, done: number): void {
    this.#changes.parked.push({ row, done });
    this.due();
  }

  /** Something is to be noted soon. */
  due(): void {
    this.#isDue = true;
    this.#at = Date.now();
    this.#schedule(this.#parts.noteMs);
  }

  /** Notes what is to be noted, before it is read. If the disk doesn't take it, it is noted later. */
  flush(): void {
    if (!this.#isDue || this.#isStopped) return;
    try {
      this.noteNow();
    } catch {
      // The last note is what there is to read.
    }
  }

  /** Notes everything now. @throws if the disk doesn't take it; then it is noted later */
  noteNow(): void {
    const changes = this.#take();
    try {
      this.#pruned = this.#parts.store.now(() => this.#write(changes));
    } catch (error) {
      this.#putBack(changes);
      throw error;
    }
  }

  /** Forgets fingerprints that are too old to recognise a retry. */
  forgetRepeats(): void {
    if (this.#isForgetting) return;
    const { store, commit, noteMs } = this.#parts;
    const now = Date.now();
    try {
      if (!store.fingerprints.hasStale(now)) return;
    } catch {
      return;
    }
    this.#isForgetting = true;
    commit
      .run(() => store.fingerprints.forget(now), noteMs)
      .catch(() => undefined) // The database is busy or full; the next look tries again.
      .finally(() => {
        this.#isForgetting = false;
      });
  }

  /** Notes everything, and that the component was stopped properly. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const changes = this.#take();
    this.#parts.commit.run(() => this.#write(changes)).catch(() => undefined);
    this.#parts.commit.flush();
  }

  #schedule(ms: number): void {
    if (!this.#isStopped) this.#timer ??= setTimeout(() => this.#noteDue(), ms).unref();
  }

  #noteDue(): void {
    this.#timer = undefined;
    if (!this.#isDue) return;
    this.#isDue = false;
    const { commit, kept, log, store, noteMs } = this.#parts;
    let changes = NO_CHANGES;
    const work = (): number => this.#write((changes = this.#take()));
    commit
      .run(work, noteMs)
      .then((pruned) => {
        this.#pruned = pruned;
        this.#isInTrouble = false;
        if (pruned < kept.start) this.due();
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
    this.#changes = fresh();
    return changes;
  }

  #putBack({ acknowledged, parked, unparked }: Changes): void {
    const later = this.#changes;
    this.#changes = {
      acknowledged: plus(acknowledged, later.acknowledged),
      parked: [...parked, ...later.parked],
      unparked: [...(unparked as readonly OutboxRow[]), ...later.unparked],
    };
  }

  /** @returns the first row that may be left, except parked ones */
  #write(changes: Changes): number {
    const { store, kept, calls, acked } = this.#parts;
    const progress: Progress = { acked: acked(), by: kept.by, isStopped: this.#isStopped };
    const { acked: before } = store.progress.read();
    store.note({ progress, ...changes });
    if (progress.acked > before) calls?.acked(progress.acked, this.#at);
    for (const { seq } of changes.unparked) calls?.ackedParked(seq, this.#at);
    const end = Math.min(kept.start, this.#pruned + SLICE);
    if (end > this.#pruned) store.prune(this.#pruned, end);
    store.pruneParked(kept.parkedUntil);
    return Math.max(end, this.#pruned);
  }
}

function fresh(): { acknowledged: Weight; parked: Note["parked"][number][]; unparked: OutboxRow[] } {
  return { acknowledged: NOTHING, parked: [], unparked: [] };
}
