/** Schemas of fields that several endpoints have. */
import { z } from "zod";
import type { Item } from "../../../component/operations/batch.js";
import type { LimitName } from "../../../component/operations/limits.js";
import { badRequest } from "../../../component/refusal.js";
import { itemValidationMessage } from "../../../component/validation-message.js";

/** The schema of text. Numbers are converted to text. */
export const textOrNumber = z.union([z.string(), z.number()]).transform(String);

/** Returns the schema of text that may be absent or null. @param fallback the value in these cases */
export function optionalText(fallback: string) {
  return z
    .string()
    .nullish()
    .transform((text) => text ?? fallback);
}

/** The schema of text that may be absent or null; undefined in both cases. */
export const maybeText = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);

/** The limits of lists by their schemas, which limitOf() looks up. */
const limits = z.registry<{ limit: LimitName }>();

export function limitOf(schema: z.ZodType): LimitName | undefined {
  return limits.get(schema)?.limit;
}

function limited<S extends z.ZodType>(schema: S, limit: LimitName): S {
  limits.add(schema, { limit });
  return schema;
}

/** Returns the schema of an array in which one invalid item makes the whole array invalid. */
export function listOf<T extends z.ZodType>(item: T, limit: LimitName) {
  return limited(arrayOf(item), limit);
}

/** Returns the schema of an item or an array of items, parsed to an array. */
export function oneOrMany<T extends z.ZodType>(item: T, limit: LimitName) {
  return limited(oneOr(item, arrayOf(item)), limit);
}

/** Returns the schema of an array in which each invalid item is replaced by a refusal. */
export function itemsOf<T extends z.ZodType>(item: T, limit: LimitName) {
  return limited(arrayOfItems(item), limit);
}

/** Returns the schema of an item or an array; invalid items are replaced by refusals. */
export function oneOrItems<T extends z.ZodType>(item: T, limit: LimitName) {
  return limited(oneOr(item, arrayOfItems(item)), limit);
}

function oneOr<T>(item: z.ZodType, array: z.ZodType<T[]>) {
  return z.union([item, array]).transform((value) => (Array.isArray(value) ? value : [value]) as T[]);
}

/** The schema of one or several users. */
export const userIds = oneOrMany(z.string(), "members");

/**
 * Returns the schema of an array for which parsing stops at the first invalid item.
 * zod's own array reports every invalid item. The reports about four million items (8 MiB) would take gigabytes and
 * seconds.
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

/** The maximum number of invalid items that are replaced. If a list has more, the whole list is refused. */
const MAX_INVALID = 1000;

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
    if (!result.success && ++invalid > MAX_INVALID) return undefined;
    items.push(result.success ? result.data : badRequest(itemValidationMessage(result.error, value)));
  }
  return items;
}
