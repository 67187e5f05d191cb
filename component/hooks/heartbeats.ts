/**
 * Says when a post doesn't come that a hook expects, as an alert that the next post resolves. When something is due is on
 * the disk. Time in which the component was down doesn't count, as programs couldn't post then: neither between two
 * processes, nor while the machine slept. If the clock was set, the times on the disk move with it.
 *
 * Programs post by their own clocks, such as each night, so after an absence that people would notice the period begins
 * anew; but only once until the next post, so that nightly absences don't hide a program that has died.
 */
import { HeartbeatsStore, type Heartbeat } from "../../storage/heartbeats-store.js";
import { Rounds } from "../rounds.js";
import type { Language } from "../translated.js";
import { absenceBetween, type Absence, type MachineTimes } from "./absences.js";
import type { Clock } from "./clock.js";
import type { HookDependencies } from "./dependencies.js";
import { mayPass, type HookFault } from "./fault.js";
import { severitySign, RESOLVED } from "./formats/alert.js";
import type { AlertReport } from "./formats/format.js";
import { durationText } from "./formats/times.js";
import type { Hook } from "./hook.js";
import { elided } from "../wording.js";

/** The name of the alert: those of programs' alerts are hashes, and longer. */
export const HEARTBEAT = Buffer.from("heartbeat");
/** A missing post is as urgent as alerts can be. */
const SEVERITY = "critical";
/** How often it is stored that the component runs, and when a failed message is tried again; in milliseconds. */
const TICK_MS = 60_000;
const [HOUR_MS, DAY_MS] = [3600_000, 86_400_000];
/** How many heartbeats are looked at at once. */
const BATCH = 64;

/** How much of a program's words about its failure is said, in characters. */
const MOST_WORDS = 300;

/** What a program says of itself by a request without content. */
export interface Beat {
  /** What failed, in the program's words, which may be empty; undefined: the program runs. */
  readonly failure?: string;
}

/** What is said about a heartbeat. `stored` is called in the transaction that stores it. */
export interface HeartbeatMessage {
  readonly report: AlertReport;
  readonly text: string;
  readonly stored: () => void;
}

export interface HeartbeatsDependencies extends Pick<HookDependencies, "db" | "commit" | "log" | "metrics"> {
  readonly clock: Clock;
  /** Returns the machine's times, which tell what happened to it. */
  readonly times: () => MachineTimes;
  readonly language: Language;
  readonly hookOf: (id: string) => Hook | undefined;
  readonly say: (hook: Hook, message: HeartbeatMessage) => Promise<HookFault | undefined>;
}

export class Heartbeats {
  readonly #store: HeartbeatsStore;
  /** Stores again and again that the component runs, whatever the other rounds wait for. */
  readonly #ticks: Rounds;
  readonly #rounds: Rounds;
  /** The machine's times at the last look; undefined if nothing was expected then. */
  #last: MachineTimes | undefined;

  constructor(private readonly dependencies: HeartbeatsDependencies) {
    this.#store = new HeartbeatsStore(dependencies.db);
    this.#ticks = new Rounds("storing that the component runs", () => this.#tick(), dependencies);
    this.#rounds = new Rounds("looking for missing posts", () => this.#look(), dependencies);
  }

  /** Adds the time in which the component was down, and looks for what is due from now on. */
  async start(): Promise<void> {
    const { clock, commit } = this.dependencies;
    await commit.run(() => {
      const now = clock.now();
      const down = now - (this.#store.runningUntil() ?? now);
      // What happened to the clock meanwhile is only known if it runs behind.
      this.#missed(down < 0 ? { passed: 0, away: 0, set: down } : { passed: down, away: down, set: 0 });
      this.#note();
    });
    this.#ticks.start();
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    if (this.#rounds.isStopped) return;
    this.#ticks.stop();
    this.#rounds.stop();
    await this.dependencies.commit.run(() => this.#note());
  }

  /** Notes a post. @returns once it is on the disk */
  async posted({ id, expectation }: Hook): Promise<void> {
    const { expectMs, graceMs = 0 } = expectation;
    if (expectMs === undefined) return;
    const { clock, commit } = this.dependencies;
    await commit.run(() => {
      this.#note();
      const now = clock.now();
      this.#store.posted(id, now, now + expectMs + graceMs);
    });
    this.wake();
  }

  /**
   * Says that a program reports its own failure, as the alert that the next post resolves.
   * @param words the program's, such as "disk full" @returns why it couldn't be said; undefined, too, if such an alert is open
   */
  async failed(hook: Hook, words: string): Promise<HookFault | undefined> {
    const { id } = hook;
    const row = this.#store.find(id);
    if (row === undefined || row.late) return undefined;
    const { say, clock, language } = this.dependencies;
    const failed = TEXTS[language].failed(elided(words.replace(/\s+/g, " ").trim(), MOST_WORDS));
    return await say(hook, {
      ...this.#alertOf(hook, { since: clock.now(), isLate: true, what: failed, title: failed }),
      stored: () => {
        const isSame = this.#store.find(id)?.postedAt === row.postedAt;
        // It is late whatever the period is changed to; a post that came meanwhile resolves it at once.
        this.#store.set(
          id,
          isSame ? { late: true, dueAt: undefined, countsFrom: 0 } : { late: true, dueAt: clock.now() },
        );
        this.wake();
      },
    });
  }

  /** Looks for what is due, once the transaction of this turn of the event loop is committed. */
  wake(): void {
    this.#ticks.wake();
    this.#rounds.wake();
  }

  async #tick(): Promise<number | undefined> {
    await this.dependencies.commit.run(() => this.#note());
    return this.#last === undefined ? undefined : TICK_MS;
  }

  async #look(): Promise<number | undefined> {
    const { clock, commit } = this.dependencies;
    await commit.run(() => this.#note());
    const due = this.#store.due(clock.now(), BATCH);
    await Promise.all(due.map((hook) => this.#check(hook)));
    const next = this.#store.nextDue();
    // No more than a tick, as timers don't know that the clock is set.
    return next === undefined ? undefined : Math.max(1000, Math.min(next - clock.now(), TICK_MS));
  }

  /** Stores that the component runs now, and what it has missed since it last did, inside a transaction. */
  #note(): void {
    const { times, clock } = this.dependencies;
    const isExpecting = this.#store.some();
    const now = isExpecting ? times() : undefined;
    if (this.#last !== undefined && now !== undefined) this.#missed(absenceBetween(this.#last, now, TICK_MS));
    this.#last = now;
    if (isExpecting) this.#store.runs(clock.now());
    else if (this.#store.runningUntil() !== undefined) this.#store.forgetRunning();
  }

  /** Gives programs the time in which they couldn't post. */
  #missed({ passed, away, set }: Absence): void {
    const now = this.dependencies.clock.now();
    if (set !== 0) this.#store.clockWasSet(set, now);
    const isNoticed = away + Math.abs(set) >= TICK_MS;
    if (away === 0 && !isNoticed) return;
    for (const row of this.#store.awaited()) {
      const hook = this.dependencies.hookOf(row.hook);
      const deadline = hook && deadlineOf(hook, row);
      // If it was late before, that is still to be said.
      if (hook === undefined || deadline === undefined || deadline <= now - passed) continue;
      const isAnew = row.countsFrom > row.postedAt + row.downMs;
      const counting = {
        downMs: Math.min(row.downMs + away, now - row.postedAt),
        countsFrom: isNoticed && !isAnew ? now : Math.min(row.countsFrom + away, now),
      };
      this.#store.set(row.hook, { ...counting, dueAt: deadlineOf(hook, { ...row, ...counting }) });
    }
  }

  /** Says what has changed about a heartbeat. */
  async #check(id: string): Promise<void> {
    const { clock, commit, hookOf, log, metrics, say } = this.dependencies;
    const row = this.#store.find(id);
    const hook = hookOf(id);
    if (row === undefined || hook === undefined) return;
    const now = clock.now();
    const deadline = deadlineOf(hook, row);
    const isLate = deadline !== undefined && deadline <= now;
    if (isLate === row.late) {
      await commit.run(() => this.#store.set(id, { dueAt: row.late ? undefined : deadline }));
      return;
    }
    const stored = (): void => {
      // A post may have come meanwhile.
      const isSame = this.#store.find(id)?.postedAt === row.postedAt;
      if (deadline === undefined) this.#store.remove(id);
      else this.#store.set(id, { late: isLate, dueAt: !isSame ? now : isLate ? undefined : deadline });
    };
    const fault = await say(hook, { ...this.#messageOf(hook, row, isLate), stored });
    if (fault === undefined) return;
    const failed = `The hook ${hook.name}: ${isLate ? "a missing post" : "that posts come again"} could not be said`;
    if (mayPass(fault)) {
      log.warn(`${failed}: ${fault.message}; trying again`);
      await commit.run(() => this.#store.set(id, { dueAt: now + TICK_MS }));
      return;
    }
    metrics.hookUnsaid.inc({ what: "heartbeat" });
    const remedy = isLate ? `; when the hook is changed, it is tried again (hook set ${hook.name})` : "";
    log.error(`${failed}: ${fault.message}${remedy}`);
    await commit.run(() => (isLate ? this.#store.set(id, { dueAt: undefined }) : stored()));
  }

  #messageOf(hook: Hook, { postedAt, downMs }: Heartbeat, isLate: boolean): Omit<HeartbeatMessage, "stored"> {
    const { clock, language } = this.dependencies;
    const { expectation } = hook;
    const texts = TEXTS[language];
    const every = durationText(expectation.expectMs ?? 0);
    const down = downMs < TICK_MS ? "" : texts.down(roundedText(downMs));
    const late = `${texts.late(minutesText(clock.now() - postedAt), every)}${down}`;
    const over = expectation.expectMs === undefined ? texts.stopped : texts.again;
    return this.#alertOf(hook, { since: postedAt, isLate, what: isLate ? late : over, title: texts.title });
  }

  #alertOf(
    { name }: Hook,
    { since, isLate, what, title }: { since: number; isLate: boolean; what: string; title: string },
  ): Omit<HeartbeatMessage, "stored"> {
    return {
      text: `${isLate ? severitySign(SEVERITY) : RESOLVED}\u00a0${name} · ${what}`,
      report: {
        key: "",
        status: isLate ? "firing" : "resolved",
        severity: SEVERITY,
        title: `${name} · ${title}`,
        startsAt: since,
        labels: {},
      },
    };
  }
}

/** Returns from when on a hook's next post is late; undefined if none is expected. */
function deadlineOf(
  { expectation }: Hook,
  { countsFrom }: Pick<Heartbeat, "countsFrom">,
): number | undefined {
  const { expectMs, graceMs = 0 } = expectation;
  return expectMs === undefined ? undefined : countsFrom + expectMs + graceMs;
}

/** Formats a duration without seconds, unless it is shorter than a minute. */
function minutesText(ms: number): string {
  return durationText(ms < TICK_MS ? ms : Math.floor(ms / TICK_MS) * TICK_MS);
}

/** Formats a duration in days and hours, or in minutes: when an absence began isn't known more exactly. */
function roundedText(ms: number): string {
  const unit = ms < DAY_MS ? TICK_MS : HOUR_MS;
  return durationText(Math.round(ms / unit) * unit);
}

const TEXTS = {
  en: {
    title: "no post",
    late: (since: string, every: string) => `no post for ${since}, expected every ${every}`,
    down: (duration: string) => `; the component was down for ${duration} of it`,
    failed: (words: string) => (words === "" ? "it reports a failure" : `it reports a failure: ${words}`),
    again: "posts come again",
    stopped: "no post is expected any more",
  },
  zh: {
    title: "没有 POST 请求",
    late: (since: string, every: string) => `已 ${since} 没有 POST 请求，预期每 ${every} 一次`,
    down: (duration: string) => `；其间本组件停机 ${duration}`,
    failed: (words: string) => (words === "" ? "报告发生故障" : `报告发生故障：${words}`),
    again: "已再次收到 POST 请求",
    stopped: "不再预期 POST 请求",
  },
} as const;
