/**
 * The fuzzer. It checks the component's guarantees under any input: the link to a real server stays up,
 * honest users' messages arrive, every request is answered, and nothing blocks the event loop.
 */
import fc from "fast-check";
import { Seen, type Case, type Fault, type Found, type Generator } from "./case.js";
import { calls } from "./http.js";
import { mails } from "./mails.js";
import { posts } from "./posts.js";
import { stanzas } from "./stanzas.js";
import { Subject, type SubjectOptions } from "./subject.js";

export const GENERATORS: readonly Generator[] = [calls, stanzas, posts, mails];

/** How long shrinking may take, in milliseconds; then the smallest case so far is the result. */
const SHRINK_MS = 120_000;

interface FuzzOptions extends SubjectOptions {
  /** The seed of the random cases: the same seed makes the same cases. */
  readonly seed: number;
  readonly generators?: readonly Generator[];
  /** After how many batches to end; absent: without limit. */
  readonly batches?: number;
  /** After how many seconds to end; absent: without limit. */
  readonly seconds?: number;
  /** Called after each batch. @param seconds the time since the start */
  readonly onProgress?: (seconds: number, note: string) => void;
  /** Called as soon as cases that break a guarantee are found, long before the end. */
  readonly onFound?: (found: Found) => void;
}

export interface FuzzResult {
  readonly cases: number;
  /** Cases that break a guarantee each time they are played. */
  readonly found: readonly Found[];
  /** Broken guarantees that replaying the same cases didn't break again. */
  readonly once: readonly Fault[];
  readonly seconds: number;
  readonly seen: Seen;
}

export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { server, seed, batches = Infinity, seconds = Infinity, generators = GENERATORS } = options;
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  const found: Found[] = [];
  const once: Fault[] = [];
  const seen = new Seen();
  let count = 0;
  let subject = await Subject.start(options, seen);
  try {
    for (let number = 0; number < batches && elapsed() < seconds; number++) {
      const generator = generators[number % generators.length];
      if (generator === undefined) throw new Error("there are no generators");
      const { name, batch, steps } = generator;
      const own = (seed + number * 7_919) | 0;
      const cases = fc
        .sample(steps, { seed: own, numRuns: batch })
        .map((each) => ({ generator: name, steps: each }));
      const faults = await tried(subject, cases);
      count += batch;
      options.onProgress?.(elapsed(), `${count} cases, ${found.length} found`);
      if (faults.length === 0) continue;
      await subject.stop();
      const small = await smallest(options, generator, own, cases);
      if (small === undefined) once.push(...faults);
      else {
        found.push({ server, ...small });
        options.onFound?.({ server, ...small });
      }
      subject = await Subject.start(options, seen);
    }
  } finally {
    await subject.stop();
  }
  return { cases: count, found, once, seen, seconds: elapsed() };
}

/** Plays cases on a newly started component and server. @returns the guarantees that the cases broke */
export async function onFresh(options: SubjectOptions, cases: readonly Case[]): Promise<readonly Fault[]> {
  const subject = await Subject.start(options, new Seen());
  try {
    return await tried(subject, cases);
  } finally {
    await subject.stop();
  }
}

async function tried(subject: Subject, cases: readonly Case[]): Promise<readonly Fault[]> {
  try {
    for (const each of cases) await subject.play(each);
    return await subject.verdict();
  } catch (error) {
    return [{ kind: "interrupted", detail: String(error) }];
  }
}

/** Replays a batch and shrinks it to few and small cases; undefined if the batch breaks no guarantee again. */
async function smallest(
  options: SubjectOptions,
  { steps }: Generator,
  seed: number,
  all: readonly Case[],
): Promise<Pick<Found, "fault" | "cases"> | undefined> {
  let [fault] = await onFresh(options, all);
  if (fault === undefined) return undefined;
  const { kind } = fault;
  const fails = async (cases: readonly Case[]): Promise<boolean> => {
    const again = (await onFresh(options, cases)).find((each) => each.kind === kind);
    fault = again ?? fault;
    return again !== undefined;
  };
  const cases = await halved(all, fails);
  const [only] = cases;
  if (only === undefined || cases.length > 1) return { fault, cases };
  // The steps of a single case are shrunk as far as the generator can.
  const property = fc.asyncProperty(steps, async (some) => !(await fails([{ ...only, steps: some }])));
  const place = { seed, path: String(all.indexOf(only)), numRuns: 1 };
  const { counterexample } = await fc.check(property, { ...place, interruptAfterTimeLimit: SHRINK_MS });
  return { fault, cases: [{ ...only, steps: counterexample?.[0] ?? only.steps }] };
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
