/** Asks before a command deletes what can't be brought back. */
import { createInterface } from "node:readline/promises";
import { ExitCode, Failure } from "../failure.js";

export const YES = ["--yes", "don't ask"] as const;

/**
 * @param what a sentence: what would be deleted
 * @throws Failure if the answer isn't yes, or nobody can be asked
 */
export async function confirm(what: string, { yes }: { readonly yes?: true }): Promise<void> {
  if (yes === true) return;
  if (!process.stdin.isTTY) throw new Failure(`${what} Pass --yes if that is what you want.`, ExitCode.usage);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what} Continue? [y/N] `);
  terminal.close();
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new Failure("Nothing was deleted.", ExitCode.usage);
}
