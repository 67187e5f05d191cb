/** What callers wrote, as text and URLs that do no harm on a screen. */

/** Controls, private use, lone surrogates, unassigned characters, marks of direction; not the joiners of emoji. */
const HARMFUL = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\u2028\u2029]/gu;
const MOST_URL = 4096;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const WEB = /^https?:\/\//i;

/** Makes one line of at most `most` characters. */
export function lineOf(text: string, most: number): string {
  return cut(roughly(text, most).replace(/\s+/gu, " ").replace(HARMFUL, "").trim(), most);
}

/** The same with its line ends and indents. */
export function linesOf(text: string, most: number): string {
  return cut(roughly(text, most).replace(/\r\n?/g, "\n").replace(HARMFUL, "").trimEnd(), most);
}

/** Not all of a text that is very long has to be looked at. */
function roughly(text: string, most: number): string {
  return text.length > most * 4 ? text.slice(0, most * 4) : text;
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/**
 * A web address, whole and in ASCII, so that clients make one link of it.
 * @param base what precedes relative ones; without it they aren't to be had
 * @returns undefined for other schemes, for one with a user's name (what precedes the @ looks like the host), and for
 * one that is too long
 */
export function urlOf(text: string, base: string | undefined): string | undefined {
  const given = text.trim();
  if (given === "" || given.length > MOST_URL) return undefined;
  const isRelative = !SCHEME.test(given) && !given.startsWith("//");
  const whole = isRelative ? base && base + given.replace(/^\/+/, "") : given;
  if (whole === undefined || !WEB.test(whole) || !URL.canParse(whole)) return undefined;
  const { href, username, password } = new URL(whole);
  return username !== "" || password !== "" || href.length > MOST_URL ? undefined : href;
}

/** A size in bytes as people read it; one that says its unit stays. Undefined for what is no size. */
export function sizeOf(given: string): string | undefined {
  if (/^\d{1,6}(\.\d{1,3})? ?([KMGT]i?)?B$/i.test(given)) return given;
  if (!/^\d{1,15}$/.test(given)) return undefined;
  let size = Number(given);
  for (const unit of ["B", "KB", "MB", "GB"]) {
    if (size < 1024) return `${Math.round(size * 10) / 10}${unit}`;
    size /= 1024;
  }
  return `${Math.round(size * 10) / 10}TB`;
}

/** A duration as people read it: 1:05. Undefined for what is none. */
export function durationOf(seconds: string): string | undefined {
  if (!/^\d{1,5}(\.\d+)?$/.test(seconds)) return undefined;
  const whole = Math.round(Number(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
