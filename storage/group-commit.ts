/**
 * Group commit: what the same tick wants written goes to disk in one transaction, with one fsync. Each piece of work
 * is done whole or not at all; the promise settles when the disk has it.
 */
import type { Database } from "./database.js";

interface Job {
  run(): void;
  committed(): void;
  failed(error: unknown): void;
}

export class GroupCommit {
  readonly #db: Database;
  readonly #each;
  readonly #all;
  #jobs: Job[] = [];
  /** What each piece of work of the running transaction failed with. */
  #failures = new Map<Job, unknown>();
  #isDue = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Database) {
    this.#db = db;
    this.#each = db.transaction((job: Job) => job.run());
    this.#all = db.transaction((jobs: readonly Job[]) => {
      for (const job of jobs) this.#attempt(job);
    });
  }

  /**
   * Does the work in the next transaction; it must be synchronous and touch nothing but the database.
   * Rejects with the work's own error (the work is undone, the others' stays), or with the commit's (all is undone).
   * @param patience how long the work may wait for somebody else's transaction to share, in milliseconds
   */
  run<T>(work: () => T, patience = 0): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      this.#jobs.push({
        run: () => {
          result = work();
        },
        committed: () => resolve(result),
        failed: (error) => reject(error instanceof Error ? error : new Error(String(error))),
      });
      if (patience > 0) this.#timer ??= setTimeout(() => this.flush(), patience).unref();
      else if (!this.#isDue) {
        this.#isDue = true;
        setImmediate(() => this.flush());
      }
    });
  }

  /** Commits what is waiting, now. */
  flush(): void {
    this.#isDue = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    const failures = new Map<Job, unknown>();
    this.#failures = failures;
    try {
      this.#all.immediate(jobs);
    } catch (error) {
      for (const job of jobs) job.failed(failures.get(job) ?? error);
      return;
    }
    for (const job of jobs) {
      if (failures.has(job)) job.failed(failures.get(job));
      else job.committed();
    }
  }

  #attempt(job: Job): void {
    try {
      this.#each(job);
    } catch (error) {
      this.#failures.set(job, error);
      // Some failures (a full disk) end the whole transaction; then nothing may be told as committed.
      if (!this.#db.inTransaction) throw error;
    }
  }
}
