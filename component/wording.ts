/** Parts of messages to people. */

/** Returns a count with its noun, such as "1 room" or "2 rooms". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Quotes a text of a user or caller, shortened to 80 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** How many characters of a URL's path are shown. */
const SHOWN_PATH = "/hooks".length;

/** Returns a URL without what may be secret: user, password, query, and most of the path. A text that is no URL is "…". */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return "…";
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.length > SHOWN_PATH ? `${pathname.slice(0, SHOWN_PATH)}…` : pathname}`;
}
