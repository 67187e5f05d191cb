/** Formats times and durations of alerts. */

/** The earliest time of an alert, in milliseconds since 1970: products write the year 1 for unknown times. */
const FIRST = Date.UTC(2000);
/** A day such as "2026-01-02", and a local time with its zone, such as "03:04 UTC", "03:04 CET" or "03:04 GMT+8". */
const DAY = new Intl.DateTimeFormat("sv-SE");
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZoneName: "short" });

/** Parses a time. @returns milliseconds since 1970; undefined if the time is unknown */
export function timeIn(text: string): number | undefined {
  const at = Date.parse(text);
  return at > FIRST ? at : undefined;
}

/** Formats milliseconds since 1970 in local time with the zone's name, without the date if it is today's. */
export function timeText(at: number): string {
  const [day, time] = [DAY.format(at), TIME.format(at)];
  return day === DAY.format() ? time : `${day} ${time}`;
}

/** From this many seconds on, a duration is told in minutes. */
const IN_MINUTES = 600;

/** Formats milliseconds in their two largest units; seconds only of less than ten minutes. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const all = seconds < IN_MINUTES ? seconds : Math.round(seconds / 60) * 60;
  const counts: readonly (readonly [count: number, unit: string])[] = [
    [Math.floor(all / 86_400), "d"],
    [Math.floor(all / 3600) % 24, "h"],
    [Math.floor(all / 60) % 60, "min"],
    [all % 60, "s"],
  ];
  const first = counts.findIndex(([count]) => count > 0);
  const largest = counts.slice(first, first + 2).filter(([count]) => count > 0);
  return first < 0 ? "0 s" : largest.map((each) => each.join(" ")).join(" ");
}

/** The ages of alerts that are told as an age; a longer one is told as a date. Shorter ones aren't told. */
const AGES = { least: 60_000, most: 86_400_000 };

/** Formats how long ago a time was: "18 min", or the date if it is more than a day; "" for less than a minute. */
export function ageText(at: number, now: number): string {
  const age = now - at;
  if (age < AGES.least) return "";
  return age > AGES.most ? DAY.format(at) : durationText(Math.floor(age / AGES.least) * AGES.least);
}
