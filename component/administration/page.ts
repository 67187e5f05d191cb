/** Paging of lists by the key of the last entry. */

/** The requested part of a list. */
export interface PageWanted {
  /** The key of the entry before the page; "" for the first page. */
  readonly after: string;
  /** The most entries. */
  readonly limit: number;
}

export interface Page<T> {
  readonly entries: readonly T[];
  /** The key of the last entry if more follow. */
  readonly next: string | undefined;
}

/** Makes a page. @param found the entries, one more than the limit if there are as many */
export function pageOf<T>(found: readonly T[], limit: number, keyOf: (entry: T) => string): Page<T> {
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: found.length > limit && last !== undefined ? keyOf(last) : undefined };
}

/** A page of a list in memory. If the entry of `after` is gone, the page is the first one. */
export function pageIn<T>(
  all: readonly T[],
  { after, limit }: PageWanted,
  keyOf: (entry: T) => string,
): Page<T> {
  const start = after === "" ? 0 : all.findIndex((entry) => keyOf(entry) === after) + 1;
  return pageOf(all.slice(start, start + limit + 1), limit, keyOf);
}
