/**
 * Rotations: people who are on duty by turns. A turn is a time on the clock of the roster's zone, so that a week begins
 * at nine o'clock before and after a change to summer time.
 */
import { Temporal } from "temporal-polyfill";
import type { Shift } from "../../../storage/duty-store.js";

export interface Rotation {
  /** Bare addresses, in the order of their turns; at least one. */
  readonly people: readonly string[];
  /** The length of a turn (ISO 8601, such as P1W). */
  readonly every: string;
  /** The local time at which the first turn begins (ISO 8601 without a zone). */
  readonly starts: string;
  /** The time zone (IANA). */
  readonly zone: string;
}

/** The bounds of a turn's length, in hours. */
const TURN_HOURS = { least: 1, most: 366 * 24 };
/** Twice the most by which a zone's clock is set: Samoa left out a day in 2011. */
const CLOCK_CHANGES_MS = 48 * 3600_000;
/** The units of turns, by the words for them. */
const UNITS: ReadonlyMap<string, "hours" | "days" | "weeks" | "months"> = new Map([
  ...(["hour", "hours", "h", "小时"] as const).map((word) => [word, "hours"] as const),
  ...(["day", "days", "d", "天", "日"] as const).map((word) => [word, "days"] as const),
  ...(["week", "weeks", "w", "周"] as const).map((word) => [word, "weeks"] as const),
  ...(["month", "months", "月"] as const).map((word) => [word, "months"] as const),
]);

/** Parses the length of a turn, such as "week" or "12 hours". @returns ISO 8601; undefined if it is none */
export function parseEvery(text: string): string | undefined {
  const [, count = "", word = ""] = /^(\d{0,4})\s*(\p{L}+)$/u.exec(text.trim().toLowerCase()) ?? [];
  const unit = UNITS.get(word);
  if (unit === undefined || count === "0") return undefined;
  const every = Temporal.Duration.from({ [unit]: count === "" ? 1 : Number(count) });
  const hours = every.total({ unit: "hours", relativeTo: "2026-01-01" });
  return hours < TURN_HOURS.least || hours > TURN_HOURS.most ? undefined : every.toString();
}

/** Returns the length of a turn in words that parseEvery() understands, such as "week" or "12 hours". */
export function everyText(every: string): string {
  const { hours, days, weeks, months } = Temporal.Duration.from(every);
  const [[unit, count] = ["hours", 0] as const] = Object.entries({ months, weeks, days, hours }).filter(
    ([, count]) => count > 0,
  );
  return count === 1 ? unit.slice(0, -1) : `${count} ${unit}`;
}

/** Parses a local time, such as "2026-12-07 09:00" or "2026-12-07". @returns ISO 8601; undefined if it is none */
export function parseLocal(text: string): string | undefined {
  try {
    if (!/^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d)?$/.test(text.trim())) return undefined;
    return Temporal.PlainDateTime.from(text.trim()).toString({ smallestUnit: "minute" });
  } catch {
    return undefined;
  }
}

/** Returns the moment of a local time, in milliseconds since 1970. A time that a clock leaves out is the one after it. */
export function momentOf(local: string, zone: string): number {
  return Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds;
}

/** Returns the local time of a moment, such as "2026-12-07T09:00". */
export function localOf(at: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
  return local.toString({ smallestUnit: "minute" });
}

/** Whether a text is a time zone that this machine knows. */
export function isZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/**
 * Returns the turns that end after a time and begin before another, in order, without gaps. A turn lasts until the first
 * later one begins, so turns of which a clock leaves out the whole time don't come.
 */
export function turnsOf({ people, every, starts, zone }: Rotation, after: number, before: number): Shift[] {
  const first = Temporal.PlainDateTime.from(starts);
  const length = Temporal.Duration.from(every);
  // Turns are counted from the first one, as months have different lengths.
  const beginOf = (turn: number): number => {
    const { hours, days, weeks, months } = length;
    const from = first.add({
      hours: hours * turn,
      days: days * turn,
      weeks: weeks * turn,
      months: months * turn,
    });
    return from.toZonedDateTime(zone).epochMilliseconds;
  };
  const long = length.total({ unit: "milliseconds", relativeTo: first });
  // An estimate: other months are longer than the first. Turns before a change of the clock may begin after later ones.
  let turn = Math.max(0, Math.floor((after - beginOf(0)) / long));
  while (turn > 0 && beginOf(turn) > after - CLOCK_CHANGES_MS) turn -= 1;
  const turns: Shift[] = [];
  for (let begin = beginOf(turn); begin < before; turn += 1) {
    const ends = Math.max(begin, beginOf(turn + 1));
    if (ends > begin && ends > after)
      turns.push({ starts: begin, ends, person: people[turn % people.length] ?? "" });
    begin = ends;
  }
  return turns;
}
