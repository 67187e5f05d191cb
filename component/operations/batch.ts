/**
 * Handles lists of messages or receivers in a call. With `http.batches: each`, valid items are sent and the response
 * names the invalid ones; with `whole`, all items are sent or none. In lists, a refusal replaces an invalid item.
 */
import type { Acceptance, DeliveryStatus } from "../outbox/pending-calls.js";
import { Refusal, type Errcode } from "../refusal.js";
import { TimeSlice } from "../limits/meter.js";

export type BatchMode = "each" | "whole";

export interface Batch {
  readonly mode: BatchMode;
  /** Whether the call has one value in place of a list: then messages don't name an item. */
  readonly isSingle?: boolean;
  /** Returns the item's name for messages to the caller. */
  name(index: number): string;
}

/** Returns the name of an item in a list of messages. */
export const itemName = (index: number): string => `item ${index}`;

const singles = new WeakSet<readonly unknown[]>();

/** Makes a list of a value that a call has in place of a list. */
export function singleOf<T>(value: T): T[] {
  const list = [value];
  singles.add(list);
  return list;
}

/** Returns whether a list was made by singleOf(). */
export const isSingle = (list: readonly unknown[]): boolean => singles.has(list);

/** A valid item, or the reason why the item is invalid. */
export type Item<T> = T | Refusal;

/** The result of a call if only some of its items were accepted. The message names the invalid ones. */
export class PartialRefusal extends Refusal {
  constructor(
    errcode: Errcode,
    message: string,
    readonly delivery: DeliveryStatus["delivery"],
  ) {
    super(errcode, message);
  }
}

/** How many invalid items a message names at most. */
const MAX_NAMED = 3;

/** Maps the valid items in order, in time slices. Returns a refusal if the batch must not be sent. */
export async function mapBatch<T, R>(
  batch: Batch,
  items: readonly Item<T>[],
  work: (item: T) => Item<R>,
): Promise<Item<R>[] | Refusal> {
  const slice = new TimeSlice();
  const results: Item<R>[] = [];
  for (const item of items) {
    results.push(item instanceof Refusal ? item : work(item));
    if (batch.mode === "whole" && results.at(-1) instanceof Refusal) break;
    if (slice.isOver) await slice.yieldTurn();
  }
  return refuseBatch(batch, results) ?? results;
}

/** Refuses a batch if all items are invalid, or in mode `whole` one. */
export function refuseBatch(batch: Batch, items: readonly Item<unknown>[]): Refusal | undefined {
  const faults = faultsOf(items);
  const [first] = faults;
  if (first === undefined || (batch.mode === "each" && faults.length < items.length)) return undefined;
  const [, refusal] = first;
  if (batch.isSingle === true) return refusal;
  if (batch.mode === "whole" || items.length === 1) return refusal.at(batch.name(first[0]));
  return refusal.withMessage(`${faultText(batch, faults)}; nothing was sent`);
}

/** Returns the result of a batch whose valid items were accepted. */
export function batchResult(batch: Batch, items: readonly Item<unknown>[], status: Acceptance): Acceptance {
  const faults = faultsOf(items);
  const [first] = faults;
  if (first === undefined || status instanceof Refusal) return status;
  const done = items.length - faults.length;
  const others = done === 1 ? "the other one was sent" : `the other ${done.toLocaleString("en")} were sent`;
  return new PartialRefusal(first[1].errcode, `${faultText(batch, faults)}; ${others}`, status.delivery);
}

export function validItems<T>(items: readonly Item<T>[]): T[] {
  return items.filter((item): item is Exclude<Item<T>, Refusal> => !(item instanceof Refusal));
}

const NONE: readonly [index: number, Refusal][] = [];

/** Returns the invalid items with their indexes. The usual case, that all items are valid, is checked first. */
function faultsOf(items: readonly Item<unknown>[]): readonly [index: number, Refusal][] {
  if (!items.some((item) => item instanceof Refusal)) return NONE;
  return items.flatMap((item, index): [number, Refusal][] =>
    item instanceof Refusal ? [[index, item]] : [],
  );
}

/** Names the first invalid items with their faults, and counts the others. */
function faultText(batch: Batch, faults: readonly [number, Refusal][]): string {
  const texts = faults.slice(0, MAX_NAMED).map(([index, { message }]) => `${batch.name(index)}: ${message}`);
  const more = faults.length - texts.length;
  return [...texts, ...(more > 0 ? [`and ${more.toLocaleString("en")} more`] : [])].join("; ");
}
