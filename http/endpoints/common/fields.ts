/** Types of fields that several endpoints share. */
import { z } from "zod";
import type { Item } from "../../../component/operations/batch.js";
import type { LimitName } from "../../../component/operations/limits.js";
import { Errcode, Refusal } from "../../../component/refusal.js";
import { itemValidationMessage } from "../../validation-message.js";

/** Text; a number is tolerated and made text. */
export const textOrNumber = z.union([z.string(), z.number()]).transform(String);

/** Text that may be left out (or null), and then is this. */
export function optionalText(fallback: string) {
  return z
    .string()
    .nullish()
    .transform((text) => text ?? fallback);
}

/** The limits of lists. */
const limits = z.registry<{ limit: LimitName }>();

/** The limit of a list; undefined for what is no list. */
export function limitOf(schema: z.ZodType): LimitName | undefined {
  return limits.get(schema)?.limit;
}

function limited<S extends z.ZodType>(schema: S, limit: LimitName): S {
  limits.add(schema, { limit });
  return schema;
}

/** An array; if one item can't be read, none is. */
export function listOf<T extends z.ZodType>(item: T, limit: LimitName) {
  return limited(arrayOf(item), limit);
}

/** One of them or an array of them; always read as an array. */
export function oneOrMany<T extends z.ZodType>(item: T, limit: LimitName) {
  const one = z.union([item, arrayOf(item)]);
  return limited(
    one.transform((value) => (Array.isArray(value) ? value : [value]) as z.output<T>[]),
    limit,
  );
}

/** An array of items that are checked one by one: a refusal replaces an item that can't be read. */
export function itemsOf<T extends z.ZodType>(item: T, limit: LimitName) {
  return limited(arrayOfItems(item), limit);
}

/** One of them or an array of them, checked one by one; always read as an array. */
export function oneOrItems<T extends z.ZodType>(item: T, limit: LimitName) {
  const one = z.union([item, arrayOfItems(item)]);
  return limited(
    one.transform((value) => (Array.isArray(value) ? value : [value]) as Item<z.output<T>>[]),
    limit,
  );
}

/**
 * An array. Unlike zod's own it stops at the first item at fault: a body of 8 MiB holds four million items, and as
 * many faults take gigabytes and seconds.
 */
function arrayOf<T extends z.ZodType>(item: T) {
  const shape = { ...z.toJSONSchema(z.array(item), { io: "input" }), $schema: undefined };
  return z
    .unknown()
    .transform((input, context): z.output<T>[] => {
      if (!Array.isArray(input)) {
        context.issues.push({ code: "invalid_type", expected: "array", input });
        return z.NEVER;
      }
      const items: z.output<T>[] = [];
      for (const [index, value] of input.entries()) {
        const result = item.safeParse(value);
        if (!result.success) {
          const faults = result.error.issues.map((issue) => ({ ...issue, path: [index, ...issue.path] }));
          context.issues.push(...(faults as typeof context.issues));
          return z.NEVER;
        }
        items.push(result.data);
      }
      return items;
    })
    .meta(shape);
}

/** So many items that can't be read are reported one by one; with more, the list is refused whole. */
const MOST_UNREADABLE = 1000;

function arrayOfItems<T extends z.ZodType>(item: T) {
  const strict = arrayOf(item);
  return z
    .unknown()
    .transform((input, context): Item<z.output<T>>[] => {
      const result = Array.isArray(input) ? readItems(item, input) : undefined;
      if (result !== undefined) return result;
      const { error } = strict.safeParse(input);
      context.issues.push(...((error?.issues ?? []) as typeof context.issues));
      return z.NEVER;
    })
    .meta(strict.meta() ?? {});
}

function readItems<T extends z.ZodType>(
  item: T,
  values: readonly unknown[],
): Item<z.output<T>>[] | undefined {
  let unreadable = 0;
  const items: Item<z.output<T>>[] = [];
  for (const value of values) {
    const result = item.safeParse(value);
    if (!result.success && ++unreadable > MOST_UNREADABLE) return undefined;
    items.push(
      result.success ? result.data : new Refusal(Errcode.request, itemValidationMessage(result.error, value)),
    );
  }
  return items;
}
