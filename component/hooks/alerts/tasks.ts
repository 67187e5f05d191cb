/**
 * Does the accepted work of alerts when it is due. Work of one alert is done in order; what is said is stored in the
 * outbox, or in the queue of a room of another service, in the transaction that removes the task: it is said once.
 */
import type { AlertTask, StoredAlert } from "../../../storage/alerts-store.js";
import { inBackground } from "../../background.js";
import type { AlertsDependencies } from "./dependencies.js";

import { mayPass } from "../fault.js";
import { pauseAfter } from "../retry-pauses.js";
import { taskOf, type AlertRecords, type Task } from "./records.js";
import { AlertVoice } from "./voice.js";

/** How many due tasks and alerts are read at once. */
const BATCH = 64;
/** The longest wait before the database is looked at again, in milliseconds. */
const LONGEST_MS = 3600_000;
/** How long to wait after the database failed, in milliseconds. */
const FAILED_MS = 10_000;
/** After how many attempts to say something it is given up. */
const MAX_TRIES = 20;

export class AlertTasks {
  readonly #running = new Map<number, Promise<void>>();
  readonly #voice: AlertVoice;
  #timer: { cancel(): void } | undefined;
  #isStopped = true;
  #isWoken = false;

  /**
   * @param turn begins a turn of an alert; the result ends it
   * @param done called when work is done, after which more may be due
   */
  constructor(
    private readonly dependencies: AlertsDependencies,
    private readonly records: AlertRecords,
    private readonly turn: (row: StoredAlert) => Promise<() => void>,
    private readonly done: () => void,
  ) {
    this.#voice = new AlertVoice(dependencies, records);
  }

  start(): void {
    this.#isStopped = false;
    this.wake();
  }

  /** Starts no more work, and waits for what is running, at most `ms` milliseconds. */
  async stop(ms: number): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    const late = new Promise<void>((resolve) => this.dependencies.clock.after(ms, resolve));
    if (this.#running.size > 0) await Promise.race([Promise.all(this.#running.values()), late]);
  }

  /** Looks for due work soon, after the transaction of this turn of the event loop. */
  wake(): void {
    if (this.#isStopped || this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      inBackground(this.#look(), "looking for due alerts", this.dependencies.log);
    });
  }

  async #look(): Promise<void> {
    const { clock, commit, log } = this.dependencies;
    const { store } = this.records;
    this.#timer?.cancel();
    if (this.#isStopped) return;
    let wait = LONGEST_MS;
    try {
      // Only work that is on the disk is done.
      await commit.settled();
      const now = clock.now();
      const due = new Set([
        ...store.dueTasks(now, BATCH).map(({ alert }) => alert),
        ...store.due(now, BATCH),
      ]);
      for (const alert of due) this.#start(alert);
      const next = store.nextDue();
      // What is due now is running, and wakes this again when it is done.
      if (next !== undefined && next > now) wait = Math.min(wait, next - now);
      else if (next !== undefined && due.size === 0) wait = 0;
    } catch (error) {
      log.error(`Alerts can't be read, as the database fails: ${String(error)}; trying again`);
      wait = FAILED_MS;
    }
    this.#timer?.cancel();
    this.#timer = clock.after(wait, () => this.wake());
  }

  #start(alert: number): void {
    if (this.#running.has(alert)) return;
    const work = this.#work(alert)
      .catch((error: unknown) => {
        const { log, clock } = this.dependencies;
        log.error(`The work on the alert ${alert} failed, and is repeated`, { error });
        return new Promise<void>((resolve) => clock.after(FAILED_MS, resolve));
      })
      .finally(() => {
        this.#running.delete(alert);
        this.done();
      });
    this.#running.set(alert, work);
  }

  /** Does all due work of an alert. */
  async #work(id: number): Promise<void> {
    const { clock, commit, hookOf } = this.dependencies;
    const { store } = this.records;
    for (;;) {
      const row = store.find(id);
      const task = store.tasksOf(id).find(({ dueAt, atSource }) => !atSource && dueAt <= clock.now());
      const isDue = row?.dueAt !== undefined && row.dueAt <= clock.now();
      if (row === undefined || this.#isStopped || (task === undefined && !isDue)) return;
      const end = await this.turn(row);
      try {
        if (task !== undefined) await this.#do(task);
        else
          await commit.run(() => {
            const current = store.find(id);
            const hook = current && hookOf(current.hook);
            if (current !== undefined && hook !== undefined)
              this.records.apply({ row: current, hook, at: clock.now() }, { kind: "time" });
          });
      } finally {
        end();
      }
    }
  }

  async #do(stored: AlertTask): Promise<void> {
    const { commit, clock, hookOf } = this.dependencies;
    const { store } = this.records;
    const row = store.find(stored.alert);
    const hook = row && hookOf(row.hook);
    const done = (): boolean => store.removeTask(stored.id);
    if (row === undefined || hook === undefined) {
      await commit.run(done);
      return;
    }
    const task = taskOf(stored);
    const outcome = await this.#voice.perform({ task, row, hook, at: clock.now() }, done);
    if (outcome === undefined) return;
    const tries = stored.tries + 1;
    if (mayPass(outcome) && tries < MAX_TRIES) {
      await commit.run(() => store.postpone(stored.id, clock.now() + pauseAfter(tries), tries));
      return;
    }
    await commit.run(() => {
      if (!done()) return;
      this.records.noteChange(row.id, `could not be said: ${outcome.message}`, clock.now());
    });
    this.dependencies.metrics.hookUnsaid.inc({ what: "alert" });
    this.dependencies.log.warn(
      `The alert ${row.id} of the hook ${hook.name}: ${nameOf(task)}: ${outcome.message}`,
    );
  }
}

function nameOf(task: Task): string {
  return task.do === "show" ? task.why : task.do;
}
