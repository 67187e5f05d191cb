/**
 * Reads the calendars of rosters each hour. One that can't be read, that is empty or nonsense is an alert, which the next
 * success resolves; what was read before goes on to apply.
 */
import type { DutyStore, Shift, StoredRoster } from "../../../storage/duty-store.js";
import { inBackground } from "../../background.js";
import { rostersOf } from "../alerts/steps.js";
import { mayPass } from "../fault.js";
import type { AlertReport } from "../formats/format.js";
import { GuardedClient } from "../outgoing/guarded-client.js";
import { calendarFaults } from "./calendar-faults.js";
import { isReadingBusy, readInThread } from "./calendar-reading.js";
import type { DutyDependencies } from "./dependencies.js";
import { AHEAD_MS } from "./schedule.js";
import { dutyTextsIn, dutyTime } from "./texts.js";
import type { Translated } from "../../translated.js";
import { settled, type Settled } from "../../settled.js";

/** How often calendars are read, how soon after a failure, and after which time without success it is an alert. */
const MS = { every: 3600_000, retry: 5 * 60_000, stale: 24 * 3600_000 };
/** How many rosters' calendars are fetched and read at a time. */
const AT_ONCE = 2;
/** How much of the past is read, for `duty show`; in milliseconds. */
const BEHIND_MS = 24 * 3600_000;
/** How large a calendar may be, in bytes. */
export const MAX_CALENDAR_BYTES = 2 * 1024 * 1024;

/** Why a calendar can't be used. `isTemporary`: it could not be fetched, and is an alert only if that lasts. */
interface CalendarFault {
  readonly reason: Translated;
  readonly isTemporary: boolean;
}

type Source = Pick<StoredRoster, "calendar" | "file" | "inner" | "people" | "zone">;

/** Reads a calendar. @param now in milliseconds since 1970 @returns its shifts, or why there are none */
export function readShifts(source: Source, now: number): Settled<readonly Shift[] | CalendarFault> {
  return settled<readonly Shift[] | CalendarFault>(
    () => shiftsOf(source, now),
    (error) => ({ reason: calendarFaults.unread(String(error)), isTemporary: true }),
  );
}

async function shiftsOf(source: Source, now: number): Promise<readonly Shift[] | CalendarFault> {
  const text = source.calendar === undefined ? (source.file ?? "") : await fetched(source.calendar, source);
  if (typeof text !== "string") return text;
  if (isReadingBusy()) return { reason: calendarFaults.busy, isTemporary: true };
  const window = { from: now - BEHIND_MS, to: now + AHEAD_MS };
  const read = await readInThread({ text, zone: source.zone, people: source.people, ...window });
  return "fault" in read ? { reason: read.fault, isTemporary: false } : read.shifts;
}

async function fetched(url: string, { inner }: Source): Promise<string | CalendarFault> {
  const client = new GuardedClient({ url, inner }, { maxBytes: MAX_CALENDAR_BYTES });
  try {
    const answer = await client.send({ method: "GET", headers: { accept: "text/calendar" } });
    if ("reason" in answer) return { reason: calendarFaults.noAnswer(answer.reason), isTemporary: true };
    const { status, text } = answer;
    if (status !== 200)
      return { reason: calendarFaults.httpStatus(status, MS.retry / 60_000), isTemporary: true };
    return text ?? { reason: calendarFaults.large(MAX_CALENDAR_BYTES / 1024 ** 2), isTemporary: false };
  } finally {
    client.close();
  }
}

export class Calendars {
  readonly #reading = new Set<string>();
  #isStopped = false;

  constructor(
    private readonly dependencies: Pick<
      DutyDependencies,
      "clock" | "commit" | "log" | "metrics" | "hooks" | "raise" | "context"
    >,
    private readonly store: DutyStore,
  ) {}

  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Reads the calendars that are due, in the background: some at a time, those first that are due for longest.
   * @param done called after each; then readDue() must be called again
   * @returns when the next one is due, in milliseconds from now
   */
  readDue(done: () => void): number {
    const now = this.dependencies.clock.now();
    let wait: number = MS.every;
    const due: { readonly name: string; readonly retryAt: number }[] = [];
    for (const { name, retryAt } of this.store.list()) {
      if (retryAt === undefined || this.#reading.has(name)) continue;
      if (retryAt > now) wait = Math.min(wait, retryAt - now);
      else due.push({ name, retryAt });
    }
    due.sort((one, other) => one.retryAt - other.retryAt);
    for (const { name } of due.slice(0, Math.max(0, AT_ONCE - this.#reading.size)))
      inBackground(this.#read(name).finally(done), "reading a calendar", this.dependencies.log);
    return wait;
  }

  async #read(name: string): Promise<void> {
    const roster = this.store.find(name);
    if (roster === undefined || this.#isStopped) return;
    this.#reading.add(name);
    try {
      const { clock, commit, log } = this.dependencies;
      if (roster.calendar === undefined && roster.file === undefined) {
        // People take turns now, so what was wrong with the calendar is over.
        await this.#follow(name, undefined);
        await commit.run(() => this.store.set(name, { retryAt: undefined }));
        return;
      }
      // If reading it ends the process, the next start doesn't begin with it.
      const retryAt = clock.now() + MS.retry;
      await commit.run(() => this.store.set(name, { retryAt }));
      const read = await readShifts(roster, clock.now());
      const now = clock.now();
      const isDone = await commit.run(() => {
        const current = this.store.find(name);
        // It was changed meanwhile, and is read again.
        if (current?.calendar !== roster.calendar || current?.file !== roster.file) {
          if (current?.retryAt === retryAt) this.store.set(name, { retryAt: now });
          return false;
        }
        if ("reason" in read) {
          const faultyAt = current?.faultyAt ?? now;
          this.store.set(name, { fault: read.reason.en, faultyAt, retryAt: now + MS.retry });
        } else noteShifts(this.store, name, read, { now });
        return true;
      });
      if (!isDone) return;
      if ("reason" in read) log.warn(`The calendar of the roster ${name} can't be used: ${read.reason.en}`);
      await this.#follow(name, "reason" in read ? read : undefined);
    } finally {
      this.#reading.delete(name);
    }
  }

  /** Says that a calendar can't be used, or that it can be again. */
  async #follow(name: string, fault: CalendarFault | undefined): Promise<void> {
    const roster = this.store.find(name);
    if (roster === undefined) return;
    const { clock, commit, log, hooks, metrics } = this.dependencies;
    const { alerted, readAt } = roster;
    const isStale = clock.now() - (readAt ?? 0) >= MS.stale;
    const isAlert = fault !== undefined && (!fault.isTemporary || isStale);
    if (isAlert === alerted || (fault !== undefined && !isAlert)) return;
    let isSaid = true;
    for (const hook of hooks().filter((each) => rostersOf(each).has(name))) {
      const { report, text } = this.#alertOf(roster, fault);
      const refused = await this.dependencies.raise(hook, report, text);
      if (refused === undefined) continue;
      log.warn(`The hook ${hook.name} could not say it: ${refused.message}`);
      if (mayPass(refused)) isSaid = false;
      else metrics.hookUnsaid.inc({ what: "calendar" });
    }
    if (isSaid) await commit.run(() => this.store.set(name, { alerted: isAlert }));
  }

  #alertOf(
    { name, zone, readAt }: StoredRoster,
    fault: CalendarFault | undefined,
  ): { readonly report: AlertReport; readonly text: string } {
    const { language } = this.dependencies.context.messages;
    const texts = dutyTextsIn(language);
    const applies = readAt === undefined ? texts.neverRead : texts.goesOn(dutyTime(readAt, zone, language));
    return {
      report: {
        key: `the component's own: calendar of the roster ${name}`,
        status: fault === undefined ? "resolved" : "firing",
        severity: "warning",
        title: texts.calendarTitle(name),
        labels: {},
      },
      text:
        fault === undefined
          ? texts.calendarRead(name)
          : `${texts.calendarFault(name, fault.reason[language])}\n${applies}`,
    };
  }
}

/** Stores what a calendar says, inside a transaction. @param retryAt when it is read again */
export function noteShifts(
  store: DutyStore,
  name: string,
  shifts: readonly Shift[],
  { now, retryAt = now + MS.every }: { readonly now: number; readonly retryAt?: number | undefined },
): void {
  store.replaceShifts(name, shifts);
  store.set(name, { readAt: now, fault: undefined, faultyAt: undefined, retryAt });
}
