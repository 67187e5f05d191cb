/**
 * Says when a post doesn't come that a hook expects, as an alert that the next post resolves. When something is due is on
 * the disk. Time in which the component was down doesn't count, as programs couldn't post then.
 */
import { HeartbeatsStore, type Heartbeat } from "../../storage/heartbeats-store.js";
import { Rounds } from "../rounds.js";
import type { Language } from "../translated.js";
import type { Clock } from "./clock.js";
import type { HookDependencies } from "./dependencies.js";
import { mayPass, type HookFault } from "./fault.js";
import { severitySign, RESOLVED } from "./formats/alert.js";
import type { AlertReport } from "./formats/format.js";
import { durationText } from "./formats/times.js";
import type { Hook } from "./hook.js";

/** The name of the alert: those of programs' alerts are hashes, and longer. */
export const HEARTBEAT = Buffer.from("heartbeat");
/** A missing post is as urgent as alerts can be. */
const SEVERITY = "critical";
/** How often it is stored that the component runs, and when a failed message is tried again; in milliseconds. */
const TICK_MS = 60_000;
/** How many heartbeats are looked at at once. */
const BATCH = 64;

/** What is said about a heartbeat. `stored` is called in the transaction that stores it. */
export interface HeartbeatMessage {
  readonly report: AlertReport;
  readonly text: string;
  readonly stored: () => void;
}

export interface HeartbeatsDependencies extends Pick<HookDependencies, "db" | "commit" | "log" | "metrics"> {
  readonly clock: Clock;
  readonly language: Language;
  readonly hookOf: (id: string) => Hook | undefined;
  readonly say: (hook: Hook, message: HeartbeatMessage) => Promise<HookFault | undefined>;
}

export class Heartbeats {
  readonly #store: HeartbeatsStore;
  readonly #rounds: Rounds;

  constructor(private readonly dependencies: HeartbeatsDependencies) {
    this.#store = new HeartbeatsStore(dependencies.db);
    this.#rounds = new Rounds("looking for missing posts", () => this.#look(), dependencies);
  }

  /** Adds the time in which the component was down, and looks for what is due from now on. */
  async start(): Promise<void> {
    const { clock, commit } = this.dependencies;
    await commit.run(() => {
      const until = this.#store.runningUntil();
      const down = clock.now() - (until ?? clock.now());
      if (down > 0) this.#store.wasDown(down, down);
      this.#tick();
    });
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    if (this.#rounds.isStopped) return;
    this.#rounds.stop();
    await this.dependencies.commit.run(() => this.#tick());
  }

  /** Notes a post. @returns once it is on the disk */
  async posted({ id, expectation }: Hook): Promise<void> {
    const { expectMs, graceMs = 0 } = expectation;
    if (expectMs === undefined) return;
    const { clock, commit } = this.dependencies;
    await commit.run(() => {
      const now = clock.now();
      this.#store.posted(now, now, now + expectMs + graceMs, id);
    });
    this.wake();
  }

  /** Looks for what is due, once the transaction of this turn of the event loop is committed. */
  wake(): void {
    this.#rounds.wake();
  }

  async #look(): Promise<number | undefined> {
    const { clock, commit } = this.dependencies;
    await commit.run(() => this.#tick());
    const due = this.#store.due(clock.now(), BATCH);
    await Promise.all(due.map((hook) => this.#check(hook)));
    const next = this.#store.nextDue();
    if (next !== undefined) return Math.max(1000, Math.min(next - clock.now(), TICK_MS));
    return this.#store.some() ? TICK_MS : undefined;
  }

  /** Stores that the component runs now, inside a transaction. */
  #tick(): void {
    if (this.#store.some()) this.#store.runs(this.dependencies.clock.now());
    else if (this.#store.runningUntil() !== undefined) this.#store.forgetRunning();
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

  #messageOf(
    { name, expectation }: Hook,
    { postedAt, downMs }: Heartbeat,
    isLate: boolean,
  ): Omit<HeartbeatMessage, "stored"> {
    const { clock, language } = this.dependencies;
    const texts = TEXTS[language];
    const every = durationText(expectation.expectMs ?? 0);
    const down = downMs < TICK_MS ? "" : texts.down(durationText(downMs));
    const late = `${texts.late(minutesText(clock.now() - postedAt), every)}${down}`;
    const over = expectation.expectMs === undefined ? texts.stopped : texts.again;
    return {
      text: isLate
        ? `${severitySign(SEVERITY)}\u00a0${name} · ${late}`
        : `${RESOLVED}\u00a0${name} · ${over}`,
      report: {
        key: "",
        status: isLate ? "firing" : "resolved",
        severity: SEVERITY,
        title: `${name} · ${texts.title}`,
        startsAt: postedAt,
        labels: {},
      },
    };
  }
}

/** Returns from when on a hook's next post is late; undefined if none is expected. */
function deadlineOf({ expectation }: Hook, { postedAt, downMs }: Heartbeat): number | undefined {
  const { expectMs, graceMs = 0 } = expectation;
  return expectMs === undefined ? undefined : postedAt + expectMs + graceMs + downMs;
}

/** Formats a duration without seconds, unless it is shorter than a minute. */
function minutesText(ms: number): string {
  return durationText(ms < TICK_MS ? ms : Math.floor(ms / TICK_MS) * TICK_MS);
}

const TEXTS = {
  en: {
    title: "no post",
    late: (since: string, every: string) => `no post for ${since}, expected every ${every}`,
    down: (duration: string) => `; the component was down for ${duration} of it`,
    again: "posts come again",
    stopped: "no post is expected any more",
  },
  zh: {
    title: "没有 POST 请求",
    late: (since: string, every: string) => `已 ${since} 没有 POST 请求，预期每 ${every} 一次`,
    down: (duration: string) => `；其间本组件停机 ${duration}`,
    again: "已再次收到 POST 请求",
    stopped: "不再预期 POST 请求",
  },
} as const;
