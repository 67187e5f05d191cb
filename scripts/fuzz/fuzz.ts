/**
 * The fuzzer. It checks the component's guarantees under any input: the link to a real server stays up,
 * honest users' messages arrive, every request is answered, and nothing blocks the event loop.
 */
import type { Case, Fault, Found, Generator } from "./case.js";
import { calls } from "./http.js";
import { posts } from "./posts.js";
import { batchOf, smallest } from "./shrink.js";
import { stanzas } from "./stanzas.js";
import { Subject, type SubjectOptions } from "./subject.js";

export const GENERATORS: readonly Generator[] = [calls, stanzas, posts];

export interface FuzzOptions extends SubjectOptions {
  /** The same seed makes the same cases. */
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
  /** How many cases were played. */
  readonly cases: number;
  /** Cases that break a guarantee each time they are played. */
  readonly found: readonly Found[];
  /** Broken guarantees that replaying the same cases didn't break again. */
  readonly once: readonly Fault[];
  readonly seconds: number;
  readonly seen: Seen;
}

/** The highest values of a run. */
export interface Seen {
  /** The longest block of the event loop by small input, in milliseconds. */
  blockedBySmall: number;
  /** The longest block of the event loop by larger input, in milliseconds. */
  blockedByAny: number;
  /** The longest time until an honest user's message arrived, in milliseconds. */
  slowestMessage: number;
  /** The highest memory use of the component's process, in bytes. */
  memory: number;
  /** How often the server closed streams of hostile users or of the hostile component. */
  closedOfTheirs: number;
}

export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { server, seed, batches = Infinity, seconds = Infinity, generators = GENERATORS } = options;
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  const found: Found[] = [];
  const once: Fault[] = [];
  const seen: Seen = { blockedBySmall: 0, blockedByAny: 0, slowestMessage: 0, memory: 0, closedOfTheirs: 0 };
  let cases = 0;
  let subject = await Subject.start(options);
  const end = async (): Promise<void> => {
    addSeen(seen, subject);
    await subject.stop();
  };
  try {
    for (let number = 0; number < batches && elapsed() < seconds; number++) {
      const generator = generators[number % generators.length];
      if (generator === undefined) throw new Error("there are no generators");
      const batch = batchOf(generator, (seed + number * 7_919) | 0);
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
      subject = await Subject.start(options);
    }
  } finally {
    await end();
  }
  return { cases, found, once, seen, seconds: elapsed() };
}

/** Plays cases on a newly started component and server. @returns the guarantees that the cases broke */
export async function onFresh(options: SubjectOptions, cases: readonly Case[]): Promise<readonly Fault[]> {
  const subject = await Subject.start(options);
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

function addSeen(seen: Seen, { oracle, users: { hostile, honest } }: Subject): void {
  seen.blockedBySmall = Math.max(seen.blockedBySmall, oracle.blocked.small);
  seen.blockedByAny = Math.max(seen.blockedByAny, oracle.blocked.any);
  seen.slowestMessage = Math.max(seen.slowestMessage, honest.slowest);
  seen.memory = Math.max(seen.memory, oracle.memory);
  seen.closedOfTheirs += hostile.closed;
}
