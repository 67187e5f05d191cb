/** Divides lists into pages by the key of the last entry. */

/** The requested part of a list. */
interface PageWanted {
  /** The key of the last entry before the page; "" for the first page. */
  readonly after: string;
  readonly limit: number;
}

interface Page<T> {
  readonly entries: readonly T[];
  /** The key of the page's last entry if more entries follow; else undefined. */
  readonly next: string | undefined;
}

/** Returns the number in a page's `after`; `first` for the first page. */
export function numberIn(after: string, first = 0): number {
  return /^\d{1,15}$/.test(after) ? Number(after) : first;
}

/** Makes a page. @param found at most `limit` + 1 entries, from the page's first on */
export function pageOf<T>(found: readonly T[], limit: number, keyOf: (entry: T) => string): Page<T> {
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: found.length > limit && last !== undefined ? keyOf(last) : undefined };
}

/** Makes a page of a list in memory. If the list has no entry with the key `after`, the first page is returned. */
export function pageIn<T>(
  all: readonly T[],
  { after, limit }: PageWanted,
  keyOf: (entry: T) => string,
): Page<T> {
  const start = after === "" ? 0 : all.findIndex((entry) => keyOf(entry) === after) + 1;
  return pageOf(all.slice(start, start + limit + 1), limit, keyOf);
}
