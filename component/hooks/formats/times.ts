/** Formats times and durations of alerts. */

/** The units, with their lengths in seconds. */
const UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;
/** The earliest time of an alert, in milliseconds since 1970: products write the year 1 for unknown times. */
const FIRST = Date.UTC(2000);

/** Parses a time. @returns milliseconds since 1970; undefined if the time is unknown */
export function timeIn(text: string): number | undefined {
  const at = Date.parse(text);
  return at > FIRST ? at : undefined;
}

/** Names the local zone, such as "UTC", "CET" or "GMT+8". */
const ZONE = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" });

/** Formats milliseconds since 1970 in local time with the zone's name, without the date if it is today's. */
export function timeText(at: number): string {
  const date = new Date(at);
  const day = dayOf(date) === dayOf(new Date()) ? "" : `${dayOf(date)} `;
  const zone = ZONE.formatToParts(date).find(({ type }) => type === "timeZoneName")?.value ?? "";
  return `${day}${two(date.getHours())}:${two(date.getMinutes())} ${zone}`;
}

/** Formats milliseconds in their two largest units. */
export function durationText(ms: number): string {
  const all = Math.max(0, Math.round(ms / 1000));
  const counts = UNITS.map(
    ([name, seconds], at) => [Math.floor((all % (UNITS[at - 1]?.[1] ?? Infinity)) / seconds), name] as const,
  );
  const first = counts.findIndex(([count]) => count > 0);
  const two = counts
    .slice(first)
    .slice(0, 2)
    .filter(([count]) => count > 0);
  return first < 0 ? "0 s" : two.map((unit) => unit.join(" ")).join(" ");
}

function dayOf(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(number: number): string {
  return String(Math.floor(number)).padStart(2, "0");
}
