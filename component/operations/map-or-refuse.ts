/** What calls list is read in slices, so that the event loop stays free for everybody else. */
import { TimeSlice } from "../time-slice.js";
import { Refusal } from "../refusal.js";

/**
 * Maps the items in order, giving the event loop a turn every few milliseconds.
 * @returns the first refusal instead, its sentence naming the item
 */
export async function mapOrRefuse<T, R>(
  items: readonly T[],
  name: (index: number) => string,
  work: (item: T, index: number) => R | Refusal,
): Promise<R[] | Refusal> {
  const slice = new TimeSlice();
  const results: R[] = [];
  for (const [index, item] of items.entries()) {
    const result = work(item, index);
    if (result instanceof Refusal) return items.length === 1 ? result : result.at(name(index));
    results.push(result);
    if (slice.isOver) await slice.yieldTurn();
  }
  return results;
}
