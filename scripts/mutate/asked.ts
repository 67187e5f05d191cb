/** The one change that is tried now, and who asked for which: what of the tests was running, which changes it met. */
import { SWITCH, type Place } from "./messages.js";

/** The change that is tried; undefined: none, and what is asked for is noted. */
let tried: Place | undefined;
/** Numbers of changes, by file, by the title of the test, or of the suite whose hook it was; "" beside all tests. */
const seen = new Map<string, Map<string, Set<number>>>();
let running = "";
/** Changes when another test begins. */
let turn = 0;

/** Makes instrumented files find their answers here. */
export function answer(): void {
  Reflect.set(globalThis, SWITCH, (file: string) => {
    let [since, numbers] = [-1, new Set<number>()];
    return (number: number): boolean => {
      if (tried !== undefined) return tried.number === number && tried.file === file;
      if (since !== turn) [since, numbers] = [turn, numbersOf(file)];
      numbers.add(number);
      return false;
    };
  });
}

export function tryChange(change: Place | undefined): void {
  tried = change;
  turn++;
  seen.clear();
}

export function attribute(title: string): void {
  running = title;
  turn++;
}

/** What was asked for while any of these was running. */
export function askedBy(titles: readonly string[]): Place[] {
  const places = new Map<string, Place>();
  for (const title of titles) {
    for (const [file, numbers] of seen.get(title) ?? []) {
      for (const number of numbers) places.set(`${file} ${number}`, { file, number });
    }
  }
  return [...places.values()];
}

function numbersOf(file: string): Set<number> {
  const files = seen.get(running) ?? new Map<string, Set<number>>();
  seen.set(running, files);
  const numbers = files.get(file) ?? new Set();
  files.set(file, numbers);
  return numbers;
}
