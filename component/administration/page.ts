/** Lists a page at a time: by the entry after which to go on, instead of how many to skip. */

/** Which part of a list is wanted. */
export interface PageWanted {
  /** Only what comes after the entry of this key; "": from the first. */
  readonly after: string;
  /** The most entries. */
  readonly limit: number;
}

export interface Page<T> {
  readonly entries: readonly T[];
  /** The key of the last of them, where there are more. */
  readonly next: string | undefined;
}

/** @param found one more than is wanted, where there are so many @param keyOf by which the list goes on */
export function pageOf<T>(found: readonly T[], limit: number, keyOf: (entry: T) => string): Page<T> {
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: found.length > limit && last !== undefined ? keyOf(last) : undefined };
}

/** A page of what is at hand whole. Where the entry to go on after has gone meanwhile, it begins anew. */
export function pageIn<T>(
  all: readonly T[],
  { after, limit }: PageWanted,
  keyOf: (entry: T) => string,
): Page<T> {
  const start = after === "" ? 0 : all.findIndex((entry) => keyOf(entry) === after) + 1;
  return pageOf(all.slice(start, start + limit + 1), limit, keyOf);
}
