/** The option --limit of the commands that list. */
import { ExitCode, Failure } from "../failure.js";

/** @throws Failure for what is no number above 0 */
export function limitOf({ limit }: { readonly limit: string }): number {
  const count = Number(limit);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new Failure("--limit wants a number.", ExitCode.usage);
}
