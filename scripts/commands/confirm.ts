import { createInterface } from "node:readline/promises";
import { usageFailure } from "../failure.js";

export const YES = ["--yes", "don't ask for confirmation"] as const;

/**
 * Asks on the terminal whether to delete something for good; with --yes, doesn't ask.
 * @param what a sentence that says what is deleted
 * @throws Failure if the answer isn't yes, or if standard input isn't a terminal
 */
export async function confirm(what: string, { yes }: { readonly yes?: true }): Promise<void> {
  if (yes === true) return;
  if (!process.stdin.isTTY) throw usageFailure(`${what} Pass --yes to confirm.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what} Continue? [y/N] `);
  terminal.close();
  if (!/^y(?:es)?$/i.test(answer.trim())) throw usageFailure("Nothing was deleted.");
}
