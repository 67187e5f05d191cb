/**
 * Plays: lists of steps, each of which is something that somebody does, or sees. The grammar of their texts is
 * explained in README.md, beside the verbs.
 */
import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Where a play takes place. */
export interface Stage {
  /** The values that the play has named: `$id`. */
  readonly names: Map<string, string>;
}

/** Steps on a stage: one, several, or what a loop gives. */
export type Steps<S extends Stage> = readonly Part<S>[];
type Part<S extends Stage> = Step<S> | Steps<S>;

/** The text of a verb: a template, or nothing. */
export type Said = readonly [parts?: readonly string[], ...values: readonly unknown[]];
const NOTHING: readonly string[] = [""];

/** A step: it is taken on a stage, which it is told then. */
export class Step<S extends Stage> {
  /** Whether it only looks at what has happened, for which all that was begun must be done. */
  readonly looks: boolean = false;
  /** Whether the next step doesn't wait for it. */
  readonly isUnawaited: boolean = false;
  readonly #written = new Error();

  constructor(
    private readonly line: string,
    private readonly take: (stage: S) => unknown,
    how: { readonly looks?: boolean; readonly isUnawaited?: boolean } = {},
  ) {
    Object.assign(this, how);
  }

  /** Takes the step. @throws with the line of the file, and the step, in front of what is wrong */
  async on(stage: S): Promise<void> {
    const line = filled(this.line, stage.names);
    try {
      await this.take(stage);
    } catch (error) {
      if (error instanceof Error) error.message = `${placeOf(this.#written)}${line}\n${error.message}`;
      throw error;
    }
  }

  toString(): string {
    return this.line;
  }
}

/** Does something without waiting for its end; what is seen is looked at only when it has ended. */
export function meanwhile<S extends Stage>(step: Step<S>): Step<S> {
  return new Step<S>(String(step), (stage) => step.on(stage), { isUnawaited: true });
}

/** The stage on which all of these steps can be taken. */
type StageOf<P> = [Taker<P>] extends [(stage: infer S extends Stage) => void] ? S : never;
type Taker<P> =
  P extends Step<infer S> ? (stage: S) => void : P extends readonly (infer Q)[] ? Taker<Q> : never;

/** Takes steps once for each of these; what they name is forgotten after each time. */
export function forEach<T, P extends Part<never>>(
  all: readonly T[],
  steps: (one: T) => readonly P[],
): Step<StageOf<P>> {
  return each(all, steps as unknown as (one: T) => Steps<StageOf<P>>);
}

function each<S extends Stage, T>(all: readonly T[], steps: (one: T) => Steps<S>): Step<S> {
  return new Step<S>(`for each of ${all.map(String).join(", ")}`, async (stage) => {
    for (const one of all) {
      const known = [...stage.names.keys()];
      await acts(stage, steps(one));
      for (const key of stage.names.keys()) if (!known.includes(key)) stage.names.delete(key);
    }
  });
}

/** Takes steps, one after another. */
export async function acts<S extends Stage>(stage: NoInfer<S>, steps: Steps<S>): Promise<void> {
  const going: Promise<unknown>[] = [];
  for (const step of flat(steps)) {
    if (step.looks) await Promise.all(going.splice(0));
    if (step.isUnawaited) going.push(step.on(stage));
    else await step.on(stage);
  }
  await Promise.all(going);
}

/** Scenes by their titles. */
export type Scenes<S extends Stage> = Readonly<Record<string, Steps<S>>>;

/** Declares a test for each scene. */
export function declare<S extends Stage>(scenes: Scenes<S>, play: (steps: Steps<S>) => Promise<void>): void {
  for (const [title, steps] of Object.entries(scenes)) it(title, () => play(steps));
}

function flat<S extends Stage>(steps: Steps<S>): Step<S>[] {
  return steps.flatMap((part) => (part instanceof Step ? [part] : flat(part)));
}

/** Fills in the values that were named: `$id`, or `$(id)` in front of a letter. */
export function filled(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(/\$\(?(\w+)\)?/g, (whole, name: string) => names.get(name) ?? whole);
}

/** Returns the text of a verb, with the names of people that stand in it. */
export function textOf([parts = NOTHING, ...values]: Said): string {
  return parts.map((part, at) => (at === 0 ? part : `${String(values[at - 1])}${part}`)).join("");
}

/** Returns where a step was written: file and line of the source, and a blank; empty if it isn't known. */
function placeOf({ stack = "" }: Error): string {
  for (const [, url = "", line = "", column = ""] of stack.matchAll(/(file:\/\/\S+?):(\d+):(\d+)/g)) {
    if (url.includes("/dist/spec/plays/") && !url.endsWith(".spec.js")) continue;
    try {
      const file = fileURLToPath(url);
      const map = JSON.parse(readFileSync(`${file}.map`, "utf8")) as SourceMapPayload;
      const entry = new SourceMap(map).findEntry(Number(line) - 1, Number(column) - 1);
      const source = relative("dist", file).replace(/\.js$/, ".ts");
      return "originalLine" in entry ? `${source}:${entry.originalLine + 1}: ` : "";
    } catch {
      return "";
    }
  }
  return "";
}
