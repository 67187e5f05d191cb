/** What earlier runs have found, so that a run that was ended goes on, and one after a small change is short. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** What became of one change. */
export interface Outcome {
  /** The test that noticed it, or undefined. */
  readonly by?: string;
  /** What it said. */
  readonly why?: string;
  /** Whether a test runs there at all. */
  readonly isReached: boolean;
  /** What it depends on: of the test file that noticed it, or of all of them. */
  readonly hash: string;
}

export class Outcomes {
  readonly #path: string;
  readonly #outcomes: Map<string, Outcome>;

  constructor(path: string, anew: boolean) {
    this.#path = path;
    this.#outcomes = new Map(anew ? [] : Object.entries(read(path)));
  }

  /** @param isSound whether what it depends on is as it was */
  find(key: string, isSound: (outcome: Outcome) => boolean): Outcome | undefined {
    const outcome = this.#outcomes.get(key);
    return outcome !== undefined && isSound(outcome) ? outcome : undefined;
  }

  /** Is on the disk when this returns: the run may be ended at any time. */
  set(key: string, outcome: Outcome): void {
    this.#outcomes.set(key, outcome);
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(this.#path, JSON.stringify(Object.fromEntries(this.#outcomes)));
  }
}

export function hashOf(...texts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha1");
  for (const text of texts) hash.update(text);
  return hash.digest("hex").slice(0, 16);
}

function read(path: string): Record<string, Outcome> {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Record<string, Outcome>;
  } catch {
    return {};
  }
}
