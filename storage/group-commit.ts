/**
 * Group commit: all work of the same turn of the event loop is committed in one transaction. Work that arrives while the
 * disk syncs can't be confirmed before the next sync anyway, so it is committed together after it; if much arrives, in
 * several transactions that share that sync. Each job is atomic; its promise settles when it is
 * synced to disk.
 */
import type { Database } from "./database.js";
import { WalSync } from "./wal-sync.js";

/** The part that syncs to disk. */
export type Disk = Pick<WalSync, "sync" | "end">;

interface Job {
  readonly mayFail: boolean;
  run(): void;
  committed(): void;
  /** Called when it is synced to disk. */
  stored(): void;
  failed(error: unknown): void;
}

/** Maximum jobs that wait for a sync to be committed together: a longer transaction delays all of them. */
const TOGETHER = 16;

export class GroupCommit {
  readonly #each;
  readonly #all;
  #jobs: Job[] = [];
  /** Errors of the running transaction's jobs. */
  #failures = new Map<Job, unknown>();
  #isDue = false;
  /** Whether jobs wait for the running sync. */
  #isPutOff = false;
  #timer: NodeJS.Timeout | undefined;
  /** Callbacks of committed jobs, in order, to run after the next sync. */
  #callbacks: (() => void)[] = [];
  #settling: Promise<void> | undefined;

  /**
   * @param disk undefined for a database without a file
   * @param measured runs each commit, and measures its duration
   */
  constructor(
    private readonly db: Database,
    private readonly disk: Disk | undefined = WalSync.of(db),
    private readonly measured: (commit: () => void) => void = (commit) => commit(),
  ) {
    this.#each = db.transaction((job: Job) => job.run());
    this.#all = db.transaction((jobs: readonly Job[]) => {
      for (const job of jobs) this.#attempt(job);
    });
  }

  /**
   * Runs work in the next transaction; it must be synchronous and only use the database.
   * Rejects with the work's error (only this work is rolled back), or with the commit's (all is rolled back).
   * @param patience how long the work may wait to share another transaction, in milliseconds
   */
  run<T>(work: () => T, patience = 0): Promise<T> {
    return this.runThen(work, (result) => result, patience);
  }

  /**
   * As run(), with a callback before the sync to disk.
   * @param committed called as soon as the work is committed, in the order of all work; must not throw
   * @param mayFail whether the work may throw. If not, only errors of the disk make it fail, and then the whole
   *   transaction. To roll back one job alone, SQLite copies each page that it changes.
   * @returns the callback's result, after the sync to disk
   */
  runThen<T, R>(work: () => T, committed: (result: T) => R, patience = 0, mayFail = true): Promise<R> {
    return new Promise((resolve, reject) => {
      let result: T;
      let outcome: R;
      this.#jobs.push({
        mayFail,
        run: () => {
          result = work();
        },
        committed: () => {
          outcome = committed(result);
        },
        stored: () => resolve(outcome),
        failed: (error) => reject(error instanceof Error ? error : new Error(String(error))),
      });
      if (patience > 0) this.#timer ??= setTimeout(() => this.flush(), patience).unref();
      else this.#flushSoon();
    });
  }

  /** Commits waiting work now; it is synced to disk later. */
  flush(): void {
    this.#isDue = false;
    this.#isPutOff = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    const failures = new Map<Job, unknown>();
    this.#failures = failures;
    try {
      this.measured(() => this.#all.immediate(jobs));
    } catch (error) {
      for (const job of jobs) job.failed(failures.get(job) ?? error);
      return;
    }
    for (const [job, error] of failures) job.failed(error);
    const done = failures.size === 0 ? jobs : jobs.filter((job) => !failures.has(job));
    for (const job of done) job.committed();
    const settle = (): void => {
      for (const job of done) job.stored();
    };
    if (this.disk === undefined) settle();
    else {
      this.#callbacks.push(settle);
      this.#settling ??= this.#settle(this.disk);
    }
  }

  /** Commits waiting work, and settles when it is synced to disk and all promises are settled. */
  settled(): Promise<void> {
    this.flush();
    const settling = this.#settling;
    if (settling === undefined) return Promise.resolve();
    // It doesn't settle if the sync fails: a handler here would keep the process from ending on the unhandled rejection.
    return new Promise((resolve) => void settling.then(resolve));
  }

  /** Commits waiting work for the last time; called before the database is closed. */
  async end(): Promise<void> {
    await this.settled();
    this.disk?.end();
  }

  /** Rejects if the sync fails; the unhandled rejection ends the process, as no promise can be settled then. */
  async #settle(disk: Disk): Promise<void> {
    while (this.#callbacks.length > 0) {
      const callbacks = this.#callbacks;
      this.#callbacks = [];
      await disk.sync();
      // Commits first, so that the disk works while the callbacks run.
      if (this.#isPutOff) this.flush();
      for (const settle of callbacks) settle();
    }
    this.#settling = undefined;
  }

  #flushSoon(): void {
    if (this.#isDue) return;
    if (this.#settling !== undefined && this.#jobs.length < TOGETHER) {
      this.#isPutOff = true;
      return;
    }
    this.#isDue = true;
    setImmediate(() => this.flush());
  }

  #attempt(job: Job): void {
    if (!job.mayFail) {
      job.run();
      return;
    }
    try {
      this.#each(job);
    } catch (error) {
      this.#failures.set(job, error);
      // Some errors (a full disk) end the whole transaction; then no job is committed.
      if (!this.db.inTransaction) throw error;
    }
  }
}
