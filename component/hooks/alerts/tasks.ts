/**
 * Does the accepted work of alerts when it is due. Work of one alert is done in order; what is said is stored in the
 * outbox, or in the queue of a room of another service, in the transaction that removes the task: it is said once.
 */
import type { AlertTask, StoredAlert } from "../../../storage/alerts-store.js";
import { mayPass } from "../fault.js";
import { Rounds } from "../../rounds.js";
import { pauseAfter } from "../retry-pauses.js";
import type { AlertsDependencies } from "./dependencies.js";
import { taskOf, type AlertRecords, type Task } from "./records.js";
import { RunningWork } from "./running-work.js";
import { AlertVoice } from "./voice.js";

/** How many due tasks and alerts are read at once. */
const BATCH = 64;
/** The longest wait before the database is looked at again, in milliseconds. */
const LONGEST_MS = 3600_000;
/** After how many attempts to say something it is given up. */
const MAX_TRIES = 20;

export class AlertTasks {
  readonly #rounds: Rounds;
  readonly #running: RunningWork;
  readonly #voice: AlertVoice;

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
    this.#running = new RunningWork(dependencies);
    this.#rounds = new Rounds("looking for due alerts", () => this.#look(), dependencies);
  }

  start(): void {
    this.#rounds.start();
  }

  /** Starts no more work, and waits for what is running, at most `ms` milliseconds. */
  async stop(ms: number): Promise<void> {
    this.#rounds.stop();
    const late = new Promise<void>((resolve) => this.dependencies.clock.after(ms, resolve));
    await Promise.race([this.#rounds.ended().then(() => this.#running.ended()), late]);
  }

  /** Looks for due work soon, after the transaction of this turn of the event loop. */
  wake(): void {
    this.#rounds.wake();
  }

  async #look(): Promise<number> {
    const { clock, commit } = this.dependencies;
    const { store } = this.records;
    // Only work that is on the disk is done.
    await commit.settled();
    if (this.#rounds.isStopped) return LONGEST_MS;
    const now = clock.now();
    const due = new Set([...store.dueTasks(now, BATCH).map(({ alert }) => alert), ...store.due(now, BATCH)]);
    for (const alert of due) this.#running.start(alert, () => this.#work(alert), this.done);
    const next = store.nextDue();
    if (next === undefined) return LONGEST_MS;
    if (next > now) return Math.min(LONGEST_MS, next - now);
    // What is due now is running, and wakes this again when it is done.
    return due.size === 0 ? 0 : LONGEST_MS;
  }

  /** Does all due work of an alert. */
  async #work(id: number): Promise<void> {
    const { clock, commit, hookOf } = this.dependencies;
    const { store } = this.records;
    for (;;) {
      const row = store.find(id);
      const task = store.tasksOf(id).find(({ dueAt, atSource }) => !atSource && dueAt <= clock.now());
      const isDue = row?.dueAt !== undefined && row.dueAt <= clock.now();
      if (row === undefined || this.#rounds.isStopped || (task === undefined && !isDue)) return;
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
