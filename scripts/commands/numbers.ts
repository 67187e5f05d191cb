import { usageFailure } from "../failure.js";

/** Parses --limit. @throws Failure unless the text is a whole number of at least 1 */
export function limitOf({ limit }: { readonly limit: string }): number {
  const count = Number(limit);
  if (Number.isInteger(count) && count >= 1) return count;
  throw usageFailure(`--limit must be a whole number of at least 1, not ${limit}.`);
}

/** Parses --days. @throws Failure unless the text is a number above 0 and at most `max` */
export function daysOf(text: string, max: number): number {
  const days = Number(text);
  if (days > 0 && days <= max) return days;
  throw usageFailure(`--days must be a number above 0 and up to ${max}, not ${text}.`);
}
