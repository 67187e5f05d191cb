/**
 * Lists that a call holds: messages, or receivers. Each item counts for itself (http.batches: each): what is good is
 * done, and the answer names what isn't. Or all of them are done or none (whole). Items keep their places, and a refusal
 * stands in the place of one that is at fault, so each is named as the caller counts, from 0.
 */
import type { DeliveryStatus } from "../outbox/pending-calls.js";
import { Refusal, type Errcode } from "../refusal.js";
import { TimeSlice } from "../meter.js";

export type BatchMode = "each" | "whole";

export interface Batch {
  readonly mode: BatchMode;
  /** What a refusal calls an item. */
  name(index: number): string;
}

/** An item, or why it is none. */
export type Item<T> = T | Refusal;

/** Part of a call was done: what was is accepted for good, and the message says what wasn't. */
export class PartialRefusal extends Refusal {
  constructor(
    errcode: Errcode,
    message: string,
    readonly delivery: DeliveryStatus["delivery"],
  ) {
    super(errcode, message);
  }
}

/** So many faults are told in words. */
const MOST_TOLD = 3;

/**
 * Maps what is good of the items, in order, giving the event loop a turn every few milliseconds.
 * @returns a refusal instead, naming the items at fault, where nothing is left to be done
 */
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
  return refuseBatch(batch, results, items.length) ?? results;
}

/** Why nothing is done of it: one fault where it is whole, or nothing but faults; undefined where something is. */
export function refuseBatch(
  batch: Batch,
  items: readonly Item<unknown>[],
  size = items.length,
): Refusal | undefined {
  const faults = faultsOf(items);
  const [first] = faults;
  if (first === undefined || (batch.mode === "each" && faults.length < items.length)) return undefined;
  const [, refusal] = first;
  if (size === 1) return refusal;
  if (batch.mode === "whole") return refusal.at(batch.name(first[0]));
  return refusal.withMessage(`${told(batch, faults)}; nothing was sent`);
}

/** What is answered when the good ones are done: so many were at fault beside them. */
export function batchAnswer(
  batch: Batch,
  items: readonly Item<unknown>[],
  status: DeliveryStatus | Refusal,
): DeliveryStatus | Refusal {
  const faults = faultsOf(items);
  const [first] = faults;
  if (first === undefined || status instanceof Refusal) return status;
  const done = items.length - faults.length;
  const others = done === 1 ? "the other one was sent" : `the other ${done.toLocaleString("en")} were sent`;
  return new PartialRefusal(first[1].errcode, `${told(batch, faults)}; ${others}`, status.delivery);
}

/** The items that are good. */
export function goodOnes<T>(items: readonly Item<T>[]): T[] {
  return items.filter((item): item is Exclude<Item<T>, Refusal> => !(item instanceof Refusal));
}

const NONE: readonly [index: number, Refusal][] = [];

/** Mostly there are none, and every call asks. */
function faultsOf(items: readonly Item<unknown>[]): readonly [index: number, Refusal][] {
  if (!items.some((item) => item instanceof Refusal)) return NONE;
  return items.flatMap((item, index): [number, Refusal][] =>
    item instanceof Refusal ? [[index, item]] : [],
  );
}

/** The first of them in words, the rest by number. */
function told(batch: Batch, faults: readonly [number, Refusal][]): string {
  const words = faults.slice(0, MOST_TOLD).map(([index, { message }]) => `${batch.name(index)}: ${message}`);
  const more = faults.length - words.length;
  return [...words, ...(more > 0 ? [`and ${more.toLocaleString("en")} more`] : [])].join("; ");
}
