/** Cleans callers' texts and URLs so that they can be shown safely. */
import { elided } from "../../wording.js";

/** Control, private-use, surrogate and unassigned characters, and direction marks; not the joiners of emoji. */
const HARMFUL = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\u2028\u2029]/gu;
const MAX_URL_LENGTH = 4096;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const WEB = /^https?:\/\//i;

/** Returns the text on one line of at most `most` characters. */
export function toLine(text: string, most: number): string {
  return elided(roughly(text, most).replace(/\s+/gu, " ").replace(HARMFUL, "").trim(), most);
}

/** Returns the text with its line ends and indents, with at most `most` characters. */
export function toLines(text: string, most: number): string {
  return elided(roughly(text, most).replace(/\r\n?/g, "\n").replace(HARMFUL, "").trimEnd(), most);
}

/** Returns the start of a long text, because the rest isn't shown. */
function roughly(text: string, most: number): string {
  return text.length > most * 4 ? text.slice(0, most * 4) : text;
}

/**
 * Returns a complete http or https URL in ASCII, which clients recognise as one link; undefined for another scheme,
 * a long one, or one with a user name, which looks like the host. @param base the prefix of relative URLs
 */
export function completeUrl(text: string, base: string | undefined): string | undefined {
  const given = text.trim();
  if (given === "" || given.length > MAX_URL_LENGTH) return undefined;
  const isRelative = !SCHEME.test(given) && !given.startsWith("//");
  const whole = isRelative ? base && base + given.replace(/^\/+/, "") : given;
  if (whole === undefined || !WEB.test(whole) || !URL.canParse(whole)) return undefined;
  const { href, username, password } = new URL(whole);
  return username !== "" || password !== "" || href.length > MAX_URL_LENGTH ? undefined : href;
}

/** Formats a number of bytes, such as 1.5MB. Returns a size with a unit unchanged; undefined for any other text. */
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

/** Returns a readable duration, such as 1:05; undefined if the text isn't a number of seconds. */
export function durationOf(seconds: string): string | undefined {
  if (!/^\d{1,5}(\.\d+)?$/.test(seconds)) return undefined;
  const whole = Math.round(Number(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
