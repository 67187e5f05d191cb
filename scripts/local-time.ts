/** Formats times in the machine's time zone (TZ), with the offset from UTC. */

const MINUTE_MS = 60_000;

/** Formats a time as 2026-11-28 10:57:43+01:00. @param at milliseconds since 1970 */
export function localTimeText(at: number): string {
  return localTime(at, 19).replace("T", " ");
}

/** Formats a time as 2026-11-28 10:57:43.123+01:00. @param at milliseconds since 1970 */
export function exactTimeText(at: number): string {
  return localTime(at, 23).replace("T", " ");
}

/** Formats a time as 2026-11-28T10:57:43.123+01:00 (RFC 3339). @param at milliseconds since 1970 */
export function timestamp(at: number): string {
  return localTime(at, 23);
}

function localTime(at: number, length: number): string {
  const offset = -new Date(at).getTimezoneOffset();
  const two = (part: number): string => String(Math.floor(part)).padStart(2, "0");
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
  return new Date(at + offset * MINUTE_MS).toISOString().slice(0, length) + zone;
}
