/** Times of alerts, as people read them. */

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];
/** Products write the year 1 for what has no time. */
const FIRST = Date.UTC(2000);

/** @returns milliseconds since 1970; undefined if there is no time */
export function timeIn(text: string): number | undefined {
  const at = Date.parse(text);
  return at > FIRST ? at : undefined;
}

/** In the local time zone, with its offset; without the date on the same day. */
export function timeText(at: number, now = Date.now()): string {
  const date = new Date(at);
  const day = dayOf(date) === dayOf(new Date(now)) ? "" : `${dayOf(date)} `;
  const minutes = -date.getTimezoneOffset();
  const offset = `${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  return `${day}${two(date.getHours())}:${two(date.getMinutes())} ${offset}`;
}

/** The two largest units. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return joined(seconds, MINUTE, "min", 1, "s");
  return seconds < DAY ? joined(seconds, HOUR, "h", MINUTE, "min") : joined(seconds, DAY, "d", HOUR, "h");
}

function joined(seconds: number, large: number, name: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${name}${rest === 0 ? "" : ` ${rest} ${smallName}`}`;
}

function dayOf(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(number: number): string {
  return String(Math.floor(number)).padStart(2, "0");
}
