/**
 * Commits jobs in groups: all jobs of the same turn of the event loop share a transaction. Jobs that arrive during a
 * sync to disk wait for its end and share the next transaction; if many arrive, several transactions share the next
 * sync. Each job is atomic, and its promise settles when the job is synced to disk.
 */
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { Database } from "./database.js";
import { isDiskFault, isDiskFull } from "./storage-fault.js";
import { WalSync } from "./wal-sync.js";

export type Disk = Pick<WalSync, "sync" | "end">;

interface Job {
  /** Whether run() may throw; see runThen(). */
  readonly mayFail: boolean;
  run(): void;
  /** Never throws: see runThen(). */
  committed(): void;
  stored(): void;
  /** Called when the job or the transaction was rolled back. */
  failed(error: unknown): void;
}

/** The maximum number of jobs that wait for the end of a sync. More in one transaction would delay all of them. */
const MAX_PUT_OFF = 16;
/** The interval at which a failing disk is tested, in milliseconds. */
const RETEST_MS = 1_000;
/** The free space with which a disk is no longer full, in bytes. */
const LEAST_FREE = 1024 * 1024;

/** An error after the commit: the work was stored, but what should follow it failed. */
export class CommittedFault extends Error {
  constructor(cause: unknown) {
    super(`stored, but then: ${String(cause)}`, { cause });
  }
}

export class GroupCommit {
  readonly #each;
  readonly #all;
  /** The uncommitted jobs, in order. */
  #jobs: Job[] = [];
  #failures = new Map<Job, unknown>();
  /** Whether a flush is scheduled for this turn of the event loop. */
  #isDue = false;
  /** Whether jobs wait for the end of the running sync. */
  #isPutOff = false;
  #timer: NodeJS.Timeout | undefined;
  /** The callbacks of committed jobs, which run in order after the next sync. */
  #callbacks: (() => void)[] = [];
  /** Settles when all callbacks have run; undefined if no sync is running. */
  #settling: Promise<void> | undefined;
  /** The error for which nothing can be stored now; undefined if the last commit succeeded. */
  diskFault: unknown;
  #retest: NodeJS.Timeout | undefined;

  /** `disk` is undefined for databases without a log file; `measured` runs each commit and measures its time. */
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
   * Runs work in the next transaction. Resolves to its result after the sync to disk. Rejects if the work throws and is
   * rolled back, or if the commit fails and the whole transaction is rolled back.
   * @param patience how long the work may wait to share a transaction with later work, in milliseconds
   */
  run<T>(work: () => T, patience = 0): Promise<T> {
    return this.runThen(work, (result) => result, patience);
  }

  /**
   * Like run(), but resolves to the result of `committed`. If that throws, only this promise rejects, with a
   * CommittedFault: the work itself is stored.
   * @param committed called at the commit, in the order of all work
   * @param mayFail whether the work may throw. False is faster, because SQLite then copies no changed pages. But
   * then an error, which only the disk should cause, rolls back the whole transaction.
   */
  runThen<T, R>(work: () => T, committed: (result: T) => R, patience = 0, mayFail = true): Promise<R> {
    return new Promise((resolve, reject) => {
      let result: T;
      let settle: () => void;
      this.#jobs.push({
        mayFail,
        run: () => {
          result = work();
        },
        committed: () => {
          try {
            const outcome = committed(result);
            settle = () => resolve(outcome);
          } catch (error) {
            settle = () => reject(new CommittedFault(error));
          }
        },
        stored: () => settle(),
        failed: (error) => reject(error instanceof Error ? error : new Error(String(error))),
      });
      if (patience > 0) this.#timer ??= setTimeout(() => this.flush(), patience).unref();
      else this.#flushSoon();
    });
  }

  /** Commits waiting work now, without waiting for the sync to disk. */
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
      this.#note(error);
      return;
    }
    for (const [job, error] of failures) job.failed(error);
    this.#note([...failures.values()].find(isDiskFault));
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

  /** Commits waiting work. Resolves when all work is synced to disk and its promises are settled. */
  settled(): Promise<void> {
    this.flush();
    const settling = this.#settling;
    if (settling === undefined) return Promise.resolve();
    // If the sync fails, this promise never settles: a handled rejection wouldn't end the process.
    // eslint-disable-next-line @typescript-eslint/no-floating-promises -- see above
    return new Promise((resolve) => void settling.then(resolve));
  }

  /** Commits waiting work and closes the log file. Must be called before the database is closed. */
  async end(): Promise<void> {
    await this.settled();
    clearTimeout(this.#retest);
    this.disk?.end();
  }

  /** Syncs until all callbacks have run. A failed sync ends the process, because the disk may lack committed work. */
  async #settle(disk: Disk): Promise<void> {
    while (this.#callbacks.length > 0) {
      const callbacks = this.#callbacks;
      this.#callbacks = [];
      await disk.sync();
      // This commit precedes the callbacks, so that the next sync starts earlier.
      if (this.#isPutOff) this.flush();
      for (const settle of callbacks) settle();
    }
    this.#settling = undefined;
  }

  /** Notes the error of a commit. Tests a failing disk until a commit succeeds: perhaps nothing else is committed. */
  #note(error: unknown): void {
    this.diskFault = isDiskFault(error) ? error : undefined;
    clearTimeout(this.#retest);
    if (this.diskFault === undefined) return;
    this.#retest = setTimeout(() => {
      // A small write finds room in the log file even on a full disk.
      if (isDiskFull(error) && freeBytes(this.db.name) < LEAST_FREE) this.#note(error);
      else this.run(() => this.#rewriteVersion()).catch(() => undefined);
    }, RETEST_MS).unref();
  }

  #rewriteVersion(): void {
    this.db.pragma(`user_version = ${String(this.db.pragma("user_version", { simple: true }))}`);
  }

  /** Schedules a flush at the end of this turn of the event loop, or after the running sync. */
  #flushSoon(): void {
    if (this.#isDue) return;
    if (this.#settling !== undefined && this.#jobs.length < MAX_PUT_OFF) {
      this.#isPutOff = true;
      return;
    }
    this.#isDue = true;
    setImmediate(() => this.flush());
  }

  /** Runs a job. If the job may fail, it runs in a savepoint. */
  #attempt(job: Job): void {
    if (!job.mayFail) {
      job.run();
      return;
    }
    try {
      this.#each(job);
    } catch (error) {
      this.#failures.set(job, error);
      // Some errors, such as a full disk, make SQLite roll back the whole transaction; then no job is committed.
      if (!this.db.inTransaction) throw error;
    }
  }
}

/** Returns the free space of a file's disk, in bytes; Infinity if it is unknown. */
function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}
