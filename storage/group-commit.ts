/**
 * Group commit: what the same tick wants written goes to disk in one transaction. What comes while the disk is busy
 * could not be told of before its next sync anyway, so it is committed together when the disk is free again; where much
 * comes meanwhile, in several transactions that share that sync. Each piece of work is done whole or not at all; the
 * promise settles when the disk has it.
 */
import type { Database } from "./database.js";
import { WalSync } from "./wal-sync.js";

/** How the disk is waited for. */
export type Disk = Pick<WalSync, "sync" | "end">;

interface Job {
  readonly mayFail: boolean;
  run(): void;
  committed(): void;
  /** The disk has it. */
  stored(): void;
  failed(error: unknown): void;
}

/** While the disk is busy, so many pieces of work are committed together: everybody waits for a transaction. */
const TOGETHER = 16;

export class GroupCommit {
  readonly #each;
  readonly #all;
  #jobs: Job[] = [];
  /** What each piece of work of the running transaction failed with. */
  #failures = new Map<Job, unknown>();
  #isDue = false;
  /** Work waits for the disk to be free. */
  #isPutOff = false;
  #timer: NodeJS.Timeout | undefined;
  /** Tells those whose work is committed, in its order, once the disk has it. */
  #telling: (() => void)[] = [];
  #settling: Promise<void> | undefined;

  /**
   * @param disk undefined if nothing is kept on one
   * @param measured runs each commit, and measures how long it takes
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
   * Does the work in the next transaction; it must be synchronous and touch nothing but the database.
   * Rejects with the work's own error (the work is undone, the others' stays), or with the commit's (all is undone).
   * @param patience how long the work may wait for somebody else's transaction to share, in milliseconds
   */
  run<T>(work: () => T, patience = 0): Promise<T> {
    return this.runThen(work, (result) => result, patience);
  }

  /**
   * As run(), for what need not wait for the disk altogether.
   * @param committed called as soon as the work is committed, in the order of all work; must not throw
   * @param mayFail whether the work may fail by itself; where not, only the disk's trouble makes it fail, and then all
   *   that is in the same transaction. To undo one alone SQLite keeps a copy of each page that it changes.
   * @returns what that returned, when the disk has it
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

  /** Commits what is waiting, now: it can be read from here on, and is on the disk a little later. */
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
    const tell = (): void => {
      for (const job of done) job.stored();
    };
    if (this.disk === undefined) tell();
    else {
      this.#telling.push(tell);
      this.#settling ??= this.#settle(this.disk);
    }
  }

  /** Commits what is waiting, and settles when the disk has it and everybody is told. */
  settled(): Promise<void> {
    this.flush();
    const settling = this.#settling;
    if (settling === undefined) return Promise.resolve();
    // Never where the disk fails: whoever handled that would keep the process from ending, and all others waiting.
    return new Promise((resolve) => void settling.then(resolve));
  }

  /** To be called once nothing is to be committed any more, before the database is closed. */
  async end(): Promise<void> {
    await this.settled();
    this.disk?.end();
  }

  /** Rejects where the disk fails, and nobody is told any more: the process ends by what nobody handles. */
  async #settle(disk: Disk): Promise<void> {
    while (this.#telling.length > 0) {
      const telling = this.#telling;
      this.#telling = [];
      await disk.sync();
      // Before anybody is told: the disk goes on while they are.
      if (this.#isPutOff) this.flush();
      for (const tell of telling) tell();
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
      // Some failures (a full disk) end the whole transaction; then nothing may be told as committed.
      if (!this.db.inTransaction) throw error;
    }
  }
}
