/**
 * Takes off the disk what is needed no more: rows known to be routed, and fingerprints too old to tell a retry. Both
 * go many at once and a little later; a crash in between only sends rows again.
 */
import type { Logger } from "winston";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { OutboxStore, Position } from "../../storage/outbox-store.js";

/** Waits so long before it asks for a transaction, and then again so long for one of the calls' to share. */
const CLEAN_MS = 20;
const TROUBLE_MS = 1_000;

export class Cleaner {
  readonly #store: OutboxStore;
  readonly #commit: GroupCommit;
  readonly #log: Logger;
  #confirmed: Position | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isForgetting = false;
  #isInTrouble = false;
  #isStopped = false;

  constructor(store: OutboxStore, commit: GroupCommit, log: Logger) {
    this.#store = store;
    this.#commit = commit;
    this.#log = log;
  }

  /** All before this place may go. */
  clean(confirmed: Position): void {
    this.#confirmed = confirmed;
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
    const position = this.#confirmed;
    this.#timer = undefined;
    this.#confirmed = undefined;
    if (position === undefined) return;
    this.#commit
      .run(() => this.#store.confirm(position), CLEAN_MS)
      .then(() => {
        this.#isInTrouble = false;
      })
      .catch((error: unknown) => {
        if (!this.#isInTrouble) {
          this.#log.error(`Routed stanzas can't be taken off the queue: ${this.#store.explain(error)}`);
        }
        this.#isInTrouble = true;
        this.#confirmed ??= position;
        this.#schedule(TROUBLE_MS);
      });
  }
}
