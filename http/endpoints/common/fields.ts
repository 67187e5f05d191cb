/** Types of fields for several endpoints. */
import { z } from "zod";
import type { Item } from "../../../component/operations/batch.js";
import type { LimitName } from "../../../component/operations/limits.js";
import { Errcode, Refusal } from "../../../component/refusal.js";
import { itemValidationMessage } from "../../validation-message.js";

/** Text; numbers are converted. */
export const textOrNumber = z.union([z.string(), z.number()]).transform(String);

/** Text with a default for absent and null. */
export function optionalText(fallback: string) {
  return z
    .string()
    .nullish()
    .transform((text) => text ?? fallback);
}

/** The limits of list types. */
const limits = z.registry<{ limit: LimitName }>();

/** The limit of a list type; undefined for other types. */
export function limitOf(schema: z.ZodType): LimitName | undefined {
  return limits.get(schema)?.limit;
}

function limited<S extends z.ZodType>(schema: S, limit: LimitName): S {
  limits.add(schema, { limit });
  return schema;
}

/** An array; one invalid item makes it invalid. */
export function listOf<T extends z.ZodType>(item: T, limit: LimitName) {
  return limited(arrayOf(item), limit);
}

/** An item or an array of items, parsed to an array. */
export function oneOrMany<T extends z.ZodType>(item: T, limit: LimitName) {
  const one = z.union([item, arrayOf(item)]);
  return limited(
    one.transform((value) => (Array.isArray(value) ? value : [value]) as z.output<T>[]),
    limit,
  );
}

/** An array in which a refusal replaces each invalid item. */
export function itemsOf<T extends z.ZodType>(item: T, limit: LimitName) {
  return limited(arrayOfItems(item), limit);
}

/** An item or an array, parsed to an array in which a refusal replaces each invalid item. */
export function oneOrItems<T extends z.ZodType>(item: T, limit: LimitName) {
  const one = z.union([item, arrayOfItems(item)]);
  return limited(
    one.transform((value) => (Array.isArray(value) ? value : [value]) as Item<z.output<T>>[]),
    limit,
  );
}

/**
 * An array that, unlike zod's own, stops at the first invalid item: a body of 8 MiB has up to four million items, and as
 * many issues take gigabytes and seconds.
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

/** The most invalid items that are reported singly; with more, the list is refused. */
const MOST_INVALID = 1000;

function arrayOfItems<T extends z.ZodType>(item: T) {
  const strict = arrayOf(item);
  return z
    .unknown()
    .transform((input, context): Item<z.output<T>>[] => {
      const result = Array.isArray(input) ? parseItems(item, input) : undefined;
      if (result !== undefined) return result;
      const { error } = strict.safeParse(input);
      context.issues.push(...((error?.issues ?? []) as typeof context.issues));
      return z.NEVER;
    })
    .meta(strict.meta() ?? {});
}

function parseItems<T extends z.ZodType>(
  item: T,
  values: readonly unknown[],
): Item<z.output<T>>[] | undefined {
  let invalid = 0;
  const items: Item<z.output<T>>[] = [];
  for (const value of values) {
    const result = item.safeParse(value);
    if (!result.success && ++invalid > MOST_INVALID) return undefined;
    items.push(
      result.success ? result.data : new Refusal(Errcode.request, itemValidationMessage(result.error, value)),
    );
  }
  return items;
}
