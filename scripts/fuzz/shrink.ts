/** Finds the smallest case that breaks the same guarantee as a whole batch of cases. */
import fc from "fast-check";
import type { Case, Fault, Generator, Step } from "./case.js";

/** Plays cases on a newly started component, and returns the guarantees that the cases broke. */
export type Trial = (cases: readonly Case[]) => Promise<readonly Fault[]>;

/** Cases, with the generator and the seed that make them again. */
export interface Batch {
  readonly generator: Generator;
  readonly seed: number;
  readonly cases: readonly Case[];
}

/** How long shrinking may take, in milliseconds; then the smallest case so far is the result. */
const SHRINK_MS = 120_000;

export function batchOf(generator: Generator, seed: number): Batch {
  const all = fc.sample(generator.steps, { seed, numRuns: generator.batch });
  return { generator, seed, cases: all.map((steps) => ({ generator: generator.name, steps })) };
}

/** Replays a batch and shrinks it to few and small cases; undefined if it breaks nothing again. */
export async function smallest(
  batch: Batch,
  trial: Trial,
): Promise<{ readonly fault: Fault; readonly cases: readonly Case[] } | undefined> {
  let [fault] = await trial(batch.cases);
  if (fault === undefined) return undefined;
  const { kind } = fault;
  const fails = async (cases: readonly Case[]): Promise<boolean> => {
    const again = (await trial(cases)).find((each) => each.kind === kind);
    fault = again ?? fault;
    return again !== undefined;
  };
  const cases = await halved(batch.cases, fails);
  const [only] = cases;
  if (only === undefined || cases.length > 1) return { fault, cases };
  const steps = await shrunk(batch, only, (each) => fails([{ ...only, steps: each }]));
  return { fault, cases: [{ ...only, steps }] };
}

/** Halves a batch repeatedly, keeping the half that fails, until neither half fails alone. */
async function halved(
  cases: readonly Case[],
  fails: (cases: readonly Case[]) => Promise<boolean>,
): Promise<readonly Case[]> {
  if (cases.length <= 1) return cases;
  const middle = Math.ceil(cases.length / 2);
  for (const half of [cases.slice(0, middle), cases.slice(middle)]) {
    if (await fails(half)) return await halved(half, fails);
  }
  return cases;
}

/** Shrinks the steps of a single case as far as the generator can. */
async function shrunk(
  { generator, seed, cases }: Batch,
  only: Case,
  fails: (steps: readonly Step[]) => Promise<boolean>,
): Promise<readonly Step[]> {
  const property = fc.asyncProperty(generator.steps, async (steps) => !(await fails(steps)));
  const result = await fc.check(property, {
    seed,
    path: String(cases.indexOf(only)),
    numRuns: 1,
    interruptAfterTimeLimit: SHRINK_MS,
  });
  return result.counterexample?.[0] ?? only.steps;
}
