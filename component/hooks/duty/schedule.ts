/** Who is on duty when: what a roster's turns or calendar say, and who covers for whom. Nothing here reads a clock. */
import type { DutyStore, Shift, StoredRoster } from "../../../storage/duty-store.js";
import { turnsOf } from "./rotation.js";

/** How far ahead the next change is looked for, in milliseconds. */
export const AHEAD_MS = 62 * 24 * 3600_000;

type Read = Pick<DutyStore, "shifts" | "covers">;

/** Returns the shifts in a window of time, without gaps and overlaps of their own; nobody is on duty between them. */
export function scheduleOf(store: Read, roster: StoredRoster, from: number, to: number): Shift[] {
  return overlaid(baseOf(store, roster, from, to), store.covers(roster.name, from), from, to);
}

/** Returns what turns or a calendar say, without covers. */
export function baseOf(
  store: Read,
  { name, people, every, starts, zone }: StoredRoster,
  from: number,
  to: number,
): Shift[] {
  if (every === undefined || starts === undefined || people.length === 0) return store.shifts(name, from, to);
  return turnsOf({ people, every, starts, zone }, from, to);
}

/**
 * Lays covers over shifts. Of shifts at the same time, the one counts that began last; of covers, the one that was made
 * last.
 */
export function overlaid(
  base: readonly Shift[],
  covers: readonly Shift[],
  from: number,
  to: number,
): Shift[] {
  const inside = (at: number): boolean => at > from && at < to;
  const edges = new Set([from, ...[...base, ...covers].flatMap(({ starts, ends }) => [starts, ends]), to]);
  const times = [...edges].filter((at) => at === from || at === to || inside(at)).sort((a, b) => a - b);
  const schedule: Shift[] = [];
  for (const [index, begin] of times.entries()) {
    const end = times[index + 1];
    if (end === undefined) break;
    const isHere = ({ starts, ends }: Shift): boolean => starts <= begin && ends > begin;
    const person = (covers.findLast(isHere) ?? latest(base.filter(isHere)))?.person;
    if (person === undefined) continue;
    const last = schedule.at(-1);
    if (last?.person === person && last.ends === begin)
      schedule[schedule.length - 1] = { ...last, ends: end };
    else schedule.push({ starts: begin, ends: end, person });
  }
  return schedule;
}

function latest(shifts: readonly Shift[]): Shift | undefined {
  return shifts.reduce<Shift | undefined>(
    (best, each) => (best === undefined || each.starts > best.starts ? each : best),
    undefined,
  );
}

/** Who is on duty, and what comes next. */
export interface DutyAt {
  /** A bare address; undefined: nobody is on duty. */
  readonly person: string | undefined;
  /** Until when; undefined: nothing changes as far as is known. */
  readonly until: number | undefined;
  readonly next: string | undefined;
}

/** Returns who is on duty at a time. */
export function dutyAt(store: Read, roster: StoredRoster, at: number): DutyAt {
  const schedule = scheduleOf(store, roster, at, at + AHEAD_MS);
  const [first] = schedule;
  const isOn = first !== undefined && first.starts <= at;
  const change = isOn ? first.ends : first?.starts;
  const next = isOn ? schedule.find(({ starts }) => starts === first.ends) : first;
  return {
    person: isOn ? first.person : undefined,
    until: change === undefined || change >= at + AHEAD_MS ? undefined : change,
    next: next?.person,
  };
}
