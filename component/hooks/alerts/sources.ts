/**
 * Silences alerts at the programs that made them. A request may take long, so it runs beside the other work on the alert,
 * and only its outcome takes a turn. Over a crash, the program is asked again, and a silence that it has already is found
 * by its comment. If the program fails, the alert is muted here, and the room is told why.
 */
import type { AlertTask, StoredAlert } from "../../../storage/alerts-store.js";
import { Rounds } from "../../rounds.js";
import type { Hook } from "../hook.js";
import { pauseAfter } from "../retry-pauses.js";
import { isSameSilence } from "./alert.js";
import type { Silence } from "./alert-types.js";
import type { AlertsDependencies } from "./dependencies.js";
import { matchersOf, type Matcher } from "./plan.js";
import { alertOf, taskOf, type AlertRecords, type Applied, type Task } from "./records.js";
import { RunningWork } from "./running-work.js";
import { isFault, SOURCE_TIMEOUT_MS, SourceRequests, type SourceApi } from "./source-requests.js";
import type { SourceFault } from "./source-requests.js";
import { clockText, lineText, alertTextsIn, type AlertTexts } from "./texts.js";

/** How many requests run at once. */
const MAX_RUNNING = 16;
/** After how long a task is repeated whose outcome isn't known: longer than its three requests may take. */
const LEASE_MS = 3 * SOURCE_TIMEOUT_MS + 5_000;
/** When it is looked for a silence of which nobody knows whether it was made. */
const UNCERTAIN_MS = 60_000;
/** After how many attempts to end a silence it is left alone. */
const MAX_TRIES = 20;

type SilenceTask = Extract<Task, { do: "silence" }>;
type UnsilenceTask = Extract<Task, { do: "unsilence" }>;

export interface SourcesDependencies extends Pick<
  AlertsDependencies,
  "commit" | "clock" | "log" | "hookOf" | "domain" | "context"
> {
  /** Makes a client of a hook's source. */
  readonly sourceOf: (hook: Hook) => SourceApi;
}

/** Makes a client of a hook's source. */
export function requestsTo({ source, format }: Hook): SourceApi {
  return new SourceRequests(source, format);
}

/** A task that runs, with what it is about. */
interface Work {
  readonly stored: AlertTask;
  readonly row: StoredAlert;
  readonly hook: Hook;
  readonly client: SourceApi;
}

export class AlertSources {
  readonly #rounds: Rounds;
  readonly #running: RunningWork;
  readonly #clients = new Set<SourceApi>();

  /**
   * @param turn begins a turn of an alert; the result ends it
   * @param done called when there may be more to say
   */
  constructor(
    private readonly dependencies: SourcesDependencies,
    private readonly records: AlertRecords,
    private readonly turn: (row: StoredAlert) => Promise<() => void>,
    private readonly done: () => void,
  ) {
    this.#running = new RunningWork(dependencies);
    this.#rounds = new Rounds("looking for silences", () => this.#look(), dependencies);
  }

  get #texts(): AlertTexts {
    return alertTextsIn(this.dependencies.context.messages.language);
  }

  start(): void {
    this.#rounds.start();
  }

  /** Aborts what is running; it is repeated after the next start. */
  async stop(): Promise<void> {
    this.#rounds.stop();
    for (const client of this.#clients) client.close();
    await this.#rounds.ended();
    await this.#running.ended();
  }

  /** Looks for due work, once the transaction of this turn of the event loop is committed. */
  wake(): void {
    this.#rounds.wake();
  }

  async #look(): Promise<number | undefined> {
    const { clock, commit } = this.dependencies;
    const { store } = this.records;
    // Only what is on the disk is done.
    await commit.settled();
    if (this.#rounds.isStopped) return undefined;
    const now = clock.now();
    for (const task of store.dueTasks(now, MAX_RUNNING, true))
      if (this.#running.size < MAX_RUNNING)
        this.#running.start(
          task.alert,
          () => this.#perform(task),
          () => this.wake(),
        );
    const next = store.nextDueTask(true);
    // What is due already begins when something that runs has ended.
    return next !== undefined && next > now ? next - now : undefined;
  }

  async #perform(stored: AlertTask): Promise<void> {
    const { commit, clock, hookOf, sourceOf } = this.dependencies;
    const { store } = this.records;
    const row = store.find(stored.alert);
    const hook = row && hookOf(row.hook);
    const task = taskOf(stored);
    if (row === undefined || hook === undefined || !isWanted(task, row, hook, clock.now())) {
      await this.#conclude(stored, (applied) => this.#tellLeft(task, applied));
      return;
    }
    // If the component dies meanwhile, the task is repeated then.
    await commit.run(() => store.postpone(stored.id, clock.now() + LEASE_MS, stored.tries + 1));
    const client = sourceOf(hook);
    this.#clients.add(client);
    try {
      const work = { stored, row, hook, client };
      if (task.do === "silence") await this.#silence(work, task);
      else if (task.do === "unsilence") await this.#unsilence(work, task);
    } finally {
      client.close();
      this.#clients.delete(client);
    }
  }

  async #silence({ stored, row, hook, client }: Work, task: SilenceTask): Promise<void> {
    const { silence } = task;
    const matchers = matchersOf(hook, row);
    const result = await this.#request({ stored, row, hook, client }, task, matchers);
    if (this.#rounds.isStopped && isFault(result)) return;
    await this.#conclude(stored, (applied) => {
      const { at } = applied;
      if (!isFault(result)) {
        const { alert } = this.records.apply(applied, { kind: "silenced", source: result, silence });
        const until = clockText(silence.until, at);
        if (alert.silence?.source === result)
          this.#tell(row.id, this.#texts.silencedAt(matchersText(matchers), until), at);
        return;
      }
      const reason = this.#reasonOf(result, hook);
      this.records.noteChange(row.id, `not silenced at the source: ${reason}`, at, silence.by);
      const { alert } = this.records.apply(applied, { kind: "not silenced", silence });
      const instead = alert.silence !== undefined && alert.silence.source === undefined;
      const muted = instead ? ` ${this.#texts.mutedInstead(clockText(alert.silence.until, at))}` : "";
      this.#tell(row.id, `${this.#texts.notSilenced(reason)}.${muted}`, at);
      // It may come into force later, and then nobody would know.
      if (result.isUncertain) {
        const comment = this.#commentOf(row, silence);
        this.records.addTask(row.id, { do: "unsilence", comment, until: silence.until }, at + UNCERTAIN_MS);
      }
    });
  }

  /** Asks for a silence, unless the source has it from an earlier attempt. @returns its id */
  async #request(
    { stored, row, client }: Work,
    { silence, replaces }: SilenceTask,
    matchers: readonly Matcher[],
  ): Promise<string | SourceFault> {
    if (matchers.length === 0) return { fault: this.#texts.noSource, isUncertain: false, remedy: "url" };
    const comment = this.#commentOf(row, silence);
    if (stored.tries > 0) {
      const found = await client.find(comment, matchers);
      if (found !== undefined) return found;
    }
    return await client.silence({
      matchers,
      comment,
      replaces,
      createdBy: silence.by.id,
      startsAt: this.dependencies.clock.now(),
      endsAt: silence.until,
    });
  }

  async #unsilence({ stored, row, hook, client }: Work, task: UnsilenceTask): Promise<void> {
    const { source, comment = "", until } = task;
    const id = source ?? (await client.find(comment, matchersOf(hook, row)));
    const result = id === undefined || isFault(id) ? id : await client.expire(id);
    if (this.#rounds.isStopped && result !== undefined) return;
    const { store } = this.records;
    const tries = stored.tries + 1;
    const now = this.dependencies.clock.now();
    const isRetried = result?.isUncertain === true && tries < MAX_TRIES && until > now;
    const tell = (at: number): void => {
      if (result === undefined) {
        if (tries > 1 && source !== undefined) this.#tell(row.id, this.#texts.endedLater, at);
        return;
      }
      const reason = this.#reasonOf(result, hook);
      this.records.noteChange(row.id, `the silence at the source was not ended: ${reason}`, at);
      if (source !== undefined && (tries === 1 || !isRetried))
        this.#tell(row.id, this.#texts.stillSilenced(clockText(until, at), reason), at);
    };
    if (!isRetried) {
      await this.#conclude(stored, ({ at }) => tell(at));
      return;
    }
    await this.dependencies.commit.run(() => {
      store.postpone(stored.id, now + pauseAfter(tries), tries);
      tell(now);
    });
    this.done();
  }

  /** Removes a task, and stores what follows from it, in a turn of its alert. */
  async #conclude(stored: AlertTask, store: (applied: Applied) => void): Promise<void> {
    const { commit, clock, hookOf } = this.dependencies;
    const { store: alerts } = this.records;
    const row = alerts.find(stored.alert);
    const end = row && (await this.turn(row));
    try {
      await commit.run(() => {
        if (!alerts.removeTask(stored.id)) return;
        const current = alerts.find(stored.alert);
        const hook = current && hookOf(current.hook);
        if (current !== undefined && hook !== undefined) store({ row: current, hook, at: clock.now() });
      });
    } finally {
      end?.();
    }
    this.done();
  }

  /** Says that a silence stays at the source, as the hook was changed and the source can't be asked any more. */
  #tellLeft(task: Task, { row, hook, at }: Applied): void {
    if (task.do !== "unsilence" || task.source === undefined || task.until <= at) return;
    if (hook.source.silenceAt !== undefined) return;
    const { noSource, stillSilenced } = this.#texts;
    this.records.noteChange(row.id, `the silence at the source was not ended: ${noSource}`, at);
    this.#tell(row.id, stillSilenced(clockText(task.until, at), noSource), at);
  }

  /** Returns why the source didn't do something, and what to do about it. */
  #reasonOf({ fault, remedy }: SourceFault, { name }: Hook): string {
    return remedy === undefined ? fault : `${fault}. ${this.#texts.remedies[remedy](name)}`;
  }

  #tell(alert: number, text: string, at: number): void {
    this.records.addTask(alert, { do: "tell", text }, at);
  }

  /** Returns a silence's comment, by which it is found again. */
  #commentOf({ id, receiver }: StoredAlert, { by, at }: Silence): string {
    const name = lineText(by.name);
    return `by ${name} in ${receiver} (qtalk-component ${this.dependencies.domain}, alert ${id}, ${at.toString(36)})`;
  }
}

/** Whether a task still has a purpose. */
function isWanted(task: Task, row: StoredAlert, { source }: Hook, now: number): boolean {
  if (task.do === "silence") return isSameSilence(alertOf(row).asked, task.silence);
  return task.do === "unsilence" && task.until > now && source.silenceAt !== undefined;
}

function matchersText(matchers: readonly Matcher[]): string {
  return lineText(matchers.map(({ name, value }) => `${name}="${value}"`).join(", "), 300);
}
