/** Long work in slices, so that the event loop stays free for everybody else. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { Refusal } from "../refusal.js";

const SLICE_MS = 5;

/**
 * Maps the items in order, giving the event loop a turn every few milliseconds.
 * @returns the first refusal instead, its sentence naming the item
 */
export async function eachOrRefuse<T, R>(
  items: readonly T[],
  name: (index: number) => string,
  work: (item: T) => R | Refusal,
): Promise<R[] | Refusal> {
  const results: R[] = [];
  let started = performance.now();
  for (const [index, item] of items.entries()) {
    const result = work(item);
    if (result instanceof Refusal) return items.length === 1 ? result : result.at(name(index));
    results.push(result);
    if (performance.now() - started > SLICE_MS) {
      await nextTurn();
      started = performance.now();
    }
  }
  return results;
}
