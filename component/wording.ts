/** Parts of messages to people. */
import { cut } from "../storage/unicode.js";

/** Returns a count with its noun, such as "1 room" or "2 rooms". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Returns a text of at most `most` UTF-16 units, of which the last is "…" if the text is longer. */
export function elided(text: string, most: number): string {
  return text.length <= most ? text : `${cut(text, most - 1)}…`;
}

/** Quotes a text of a user or caller, elided. */
export function quoted(text: string, most = 80): string {
  return JSON.stringify(elided(text, most));
}

/** How many characters of a URL's path are shown. */
const SHOWN_PATH = "/hooks".length;

/** Returns a URL without what may be secret: user, password, query, and most of the path. A text that is no URL is "…". */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return "…";
  const { origin, pathname } = new URL(url);
  // Not elided(): no longer path may be shown whole.
  return `${origin}${pathname.length > SHOWN_PATH ? `${cut(pathname, SHOWN_PATH)}…` : pathname}`;
}
