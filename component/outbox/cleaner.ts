/**
 * Notes on the disk how far the outbox is confirmed, and takes off it what is needed no more: rows that need not be
 * kept, and fingerprints too old to tell a retry. That goes for many at once and a little later; a crash in between only
 * sends rows again.
 */
import type { Logger } from "winston";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { OutboxStore } from "../../storage/outbox-store.js";
import type { Retention } from "./retention.js";

/** Waits so long before it asks for a transaction, and then again so long for one of the calls' to share. */
const CLEAN_MS = 20;
const TROUBLE_MS = 1_000;
/** So many rows go in one transaction: everybody waits for it. */
const SLICE = 1_000;

export class Cleaner {
  readonly #store: OutboxStore;
  readonly #commit: GroupCommit;
  readonly #retention: Retention;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  /** No rows are left below this seq. */
  #pruned: number;
  #isForgetting = false;
  #isInTrouble = false;
  #isStopped = false;

  constructor(store: OutboxStore, commit: GroupCommit, retention: Retention, log: Logger) {
    this.#store = store;
    this.#commit = commit;
    this.#retention = retention;
    this.#log = log;
    this.#pruned = retention.start.seq;
  }

  /** More is confirmed, or less need be kept. */
  clean(): void {
    this.#isDue = true;
    this.#schedule(CLEAN_MS);
  }

  /** Lets fingerprints go that are too old to tell a retry. */
  forgetRepeats(): void {
    if (this.#isForgetting) return;
    const now = Date.now();
    try {
      if (!this.#store.fingerprints.hasStale(now)) return;
    } catch {
      return;
    }
    this.#isForgetting = true;
    this.#commit
      .run(() => this.#store.fingerprints.forget(now), CLEAN_MS)
      .catch(() => undefined) // The database is busy or full; the next tick tries again.
      .finally(() => {
        this.#isForgetting = false;
      });
  }

  /** Takes away what may go, now, and schedules nothing any more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#cleanNow();
    this.#commit.flush();
  }

  #schedule(ms: number): void {
    if (this.#isStopped) return;
    this.#timer ??= setTimeout(() => this.#cleanNow(), ms).unref();
  }

  #cleanNow(): void {
    this.#timer = undefined;
    if (!this.#isDue) return;
    this.#isDue = false;
    this.#commit
      .run(() => this.#write(), CLEAN_MS)
      .then((pruned) => {
        this.#pruned = pruned;
        this.#isInTrouble = false;
        if (pruned < this.#retention.start.seq) this.clean();
      })
      .catch((error: unknown) => {
        if (!this.#isInTrouble) {
          this.#log.error(`Routed stanzas can't be taken off the queue: ${this.#store.explain(error)}`);
        }
        this.#isInTrouble = true;
        this.#isDue = true;
        this.#schedule(TROUBLE_MS);
      });
  }

  /** @returns the first seq of which rows may be left */
  #write(): number {
    const { confirmation, start } = this.#retention;
    const end = Math.min(start.seq, this.#pruned + SLICE);
    this.#store.progress.note(confirmation);
    if (end > this.#pruned) this.#store.prune(end);
    return end;
  }
}
