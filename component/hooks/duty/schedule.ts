/** Who is on duty when: what a roster's turns or calendar say, and who covers for whom. Nothing here reads a clock. */
import type { DutyStore, Shift, StoredRoster } from "../../../storage/duty-store.js";
import { momentOf, turnsOf } from "./rotation.js";

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
  const [person] = people;
  if (every === undefined || starts === undefined || person === undefined)
    return store.shifts(name, from, to);
  // Turns of one person make no difference, however many there are.
  if (people.length === 1) return [{ starts: momentOf(starts, zone), ends: to, person }];
  return turnsOf({ people, every, starts, zone }, from, to);
}

/**
 * Lays covers over shifts. Of shifts at the same time, the one counts that began last; of covers, the one that was made
 * last. Its time grows little faster than the number of shifts: anybody in a room may ask who is on duty.
 */
export function overlaid(
  base: readonly Shift[],
  covers: readonly Shift[],
  from: number,
  to: number,
): Shift[] {
  const within = (at: number): number => Math.min(Math.max(at, from), to);
  const byRank = [...covers.toReversed(), ...base.toSorted((one, other) => other.starts - one.starts)];
  const edges = new Set([from, ...byRank.flatMap(({ starts, ends }) => [within(starts), within(ends)]), to]);
  const times = [...edges].sort((one, other) => one - other);
  const indexOf = new Map(times.map((at, index) => [at, index]));
  // Nobody has the time between two edges until the highest shift takes it, so each such time is taken once.
  const takenBy: (string | undefined)[] = times.map(() => undefined);
  const untaken = times.map((_, index) => index);
  for (const { starts, ends, person } of byRank) {
    const end = indexOf.get(within(ends)) ?? 0;
    let index = firstUntaken(untaken, indexOf.get(within(starts)) ?? 0);
    while (index < end) {
      takenBy[index] = person;
      untaken[index] = index + 1;
      index = firstUntaken(untaken, index + 1);
    }
  }
  const schedule: Shift[] = [];
  for (const [index, person] of takenBy.entries()) {
    const [starts, ends] = [times[index], times[index + 1]];
    if (person === undefined || starts === undefined || ends === undefined) continue;
    const last = schedule.at(-1);
    if (last?.person === person && last.ends === starts) schedule[schedule.length - 1] = { ...last, ends };
    else schedule.push({ starts, ends, person });
  }
  return schedule;
}

/** Returns the first index, from one on, that points at itself; on the way, what points further points further still. */
function firstUntaken(untaken: number[], from: number): number {
  let index = from;
  for (let next = untaken[index]; next !== undefined && next !== index; next = untaken[index]) {
    untaken[index] = untaken[next] ?? next;
    index = next;
  }
  return index;
}

/** Who is on duty, and what comes next. */
export interface DutyAt {
  /** A bare address; undefined: nobody is on duty. */
  readonly person: string | undefined;
  /** Until when; undefined: nothing changes as far as is known. */
  readonly until: number | undefined;
  readonly next: string | undefined;
}

/** The first look ahead, in milliseconds, and how many times as far the next one reaches if nothing changes until then. */
const LOOK = { first: 24 * 3600_000, growth: 8 };

/** Returns who is on duty at a time. It reads no more of the schedule than it takes to find the next change. */
export function dutyAt(store: Read, roster: StoredRoster, at: number): DutyAt {
  for (let ahead = LOOK.first; ahead < AHEAD_MS; ahead *= LOOK.growth) {
    const found = dutyIn(scheduleOf(store, roster, at, at + ahead), at);
    if (found.until !== undefined && found.until < at + ahead) return found;
  }
  const found = dutyIn(scheduleOf(store, roster, at, at + AHEAD_MS), at);
  return found.until === at + AHEAD_MS ? { ...found, until: undefined } : found;
}

/** Returns who is on duty when a schedule begins, and what it says of the next change. */
function dutyIn(schedule: readonly Shift[], at: number): DutyAt {
  const [first, second] = schedule;
  if (first === undefined || first.starts > at)
    return { person: undefined, until: first?.starts, next: first?.person };
  return {
    person: first.person,
    until: first.ends,
    next: second?.starts === first.ends ? second.person : undefined,
  };
}
