/**
 * Fuzzing with the oracle that matters: whatever is sent, the link to a real server stays up, what honest users say
 * arrives, every request is answered, and nobody waits long. It starts from what servers and clients reject.
 */
import fc from "fast-check";
import type { ServerKind } from "../lab/find.js";
import type { Case } from "./case.js";
import { GENERATORS } from "./generators.js";
import type { Found } from "./found.js";
import { smallest, type Batch } from "./shrink.js";
import { Subject, type Bounds, type Fault, type Seen } from "./subject.js";

export interface FuzzOptions {
  readonly server: ServerKind;
  /** The same seed makes the same cases. */
  readonly seed: number;
  readonly bounds: Bounds;
  /** When to end: after so many batches, or so many seconds, whatever comes first. */
  readonly batches?: number;
  readonly seconds?: number;
  /** Told after each batch. */
  readonly onProgress?: (seconds: number, note: string) => void;
  /** Told at once, as it may take long until the end. */
  readonly onFound?: (found: Found) => void;
}

export interface FuzzResult extends Seen {
  readonly cases: number;
  readonly found: readonly Found[];
  /** What happened once, and did not when it was played again. */
  readonly once: readonly Fault[];
  readonly seconds: number;
}

/** Cases that are played between two looks at what became of them. */
const BATCH = 25;

export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { server, bounds, seed, batches = Infinity, seconds = Infinity } = options;
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  const found: Found[] = [];
  const once: Fault[] = [];
  const seen = { longest: 0, memory: 0, slowest: 0, closedOfTheirs: 0 };
  let cases = 0;
  let subject = await Subject.start(server, bounds);
  const end = async (): Promise<void> => {
    seen.longest = Math.max(seen.longest, subject.seen.longest);
    seen.memory = Math.max(seen.memory, subject.seen.memory);
    seen.slowest = Math.max(seen.slowest, subject.seen.slowest);
    seen.closedOfTheirs += subject.seen.closedOfTheirs;
    await subject.stop();
  };
  try {
    for (let number = 0; number < batches && elapsed() < seconds; number++) {
      const batch = batchOf(seed, number);
      const faults = await tried(subject, batch.cases);
      cases += batch.cases.length;
      options.onProgress?.(elapsed(), `${cases} cases, ${found.length} found`);
      if (faults.length === 0) continue;
      await end();
      const small = await smallest(batch, (some) => onFresh(options, some));
      if (small === undefined) once.push(...faults);
      else {
        found.push({ server, ...small });
        options.onFound?.({ server, ...small });
      }
      subject = await Subject.start(server, bounds);
    }
  } finally {
    await end();
  }
  return { cases, found, once, ...seen, seconds: elapsed() };
}

/** Plays cases on a component and a server that have seen no others. */
export async function onFresh(
  { server, bounds }: Pick<FuzzOptions, "server" | "bounds">,
  cases: readonly Case[],
): Promise<readonly Fault[]> {
  const subject = await Subject.start(server, bounds);
  try {
    return await tried(subject, cases);
  } finally {
    await subject.stop();
  }
}

async function tried(subject: Subject, cases: readonly Case[]): Promise<readonly Fault[]> {
  for (const each of cases) await subject.play(each);
  return await subject.verdict();
}

/** The batches take the generators in turn. */
function batchOf(seed: number, number: number): Batch {
  const generator = GENERATORS[number % GENERATORS.length];
  if (generator === undefined) throw new Error("there are no generators");
  const own = (seed + number * 7_919) | 0;
  const all = fc.sample(generator.steps, { seed: own, numRuns: BATCH });
  return { generator, seed: own, cases: all.map((steps) => ({ generator: generator.name, steps })) };
}
