/** Schemas of fields that several endpoints have. */
import { z } from "zod";
import type { LimitName } from "../../../component/operations/limits.js";
import { singleOf } from "../../../component/operations/batch.js";
import { badRequest, type Refusal } from "../../../component/refusal.js";
import { itemValidationMessage } from "../../../component/validation-message.js";

/** Returns the schema of a field with its description in both languages. */
export function field<S extends z.ZodType>(schema: S, en: string, zh: string): S {
  return schema.meta({ description: en, zh });
}

/** The schema of text. Numbers are converted to text. */
export const textOrNumber = z.union([z.string(), z.number()]).transform(String);

/** Returns the schema of text that may be absent or null. @param fallback the value in these cases */
export function optionalText(fallback: string) {
  return z
    .string()
    .nullish()
    .transform((text) => text ?? fallback);
}

/** The schema of text that must be given. Without it, or if it is null, the call gets "" and refuses that in QTalk's words. */
export const textOrNone = z.preprocess((text) => text ?? "", z.string());

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
export function listField<T extends z.ZodType>(item: T, limit: LimitName) {
  return limited(arrayOf(item, never), limit);
}

/** Returns the schema of an item or an array of items, parsed to an array. */
export function oneOrMany<T extends z.ZodType>(item: T, limit: LimitName) {
  return limited(oneOr(item, arrayOf(item, never)), limit);
}

/** Returns the schema of an array in which each invalid item is replaced by a refusal. */
export function itemsOf<T extends z.ZodType>(item: T, limit: LimitName) {
  return limited(arrayOf(item, refusalOf), limit);
}

/** Returns the schema of an item or an array; invalid items are replaced by refusals. */
export function oneOrItems<T extends z.ZodType>(item: T, limit: LimitName) {
  return limited(oneOr(item, arrayOf(item, refusalOf)), limit);
}

function oneOr<T>(item: z.ZodType, array: z.ZodType<T[]>) {
  return z.union([item, array]).transform((value) => (Array.isArray(value) ? value : singleOf(value)) as T[]);
}

/** Returns what replaces an invalid item, the `count`-th; undefined: the whole array is invalid. */
type Replace<R> = (error: z.ZodError, item: unknown, count: number) => R | undefined;

const never: Replace<never> = () => undefined;

const MAX_INVALID = 1000;

const refusalOf: Replace<Refusal> = (error, item, count) =>
  count > MAX_INVALID ? undefined : badRequest(itemValidationMessage(error, item));

/**
 * Returns the schema of an array for which parsing stops at the first invalid item that isn't replaced: zod's own
 * reports every one, which takes gigabytes and seconds for four million (8 MiB).
 */
function arrayOf<T extends z.ZodType, R>(item: T, replace: Replace<R>) {
  const shape = { ...z.toJSONSchema(z.array(item), { io: "input" }), $schema: undefined };
  return z
    .unknown()
    .transform((input, context): (z.output<T> | R)[] => {
      if (!Array.isArray(input)) {
        context.issues.push({ code: "invalid_type", expected: "array", input });
        return z.NEVER;
      }
      let invalid = 0;
      let first: z.core.$ZodIssue[] = [];
      const items: (z.output<T> | R)[] = [];
      for (const [index, value] of input.entries()) {
        const { success, data, error } = item.safeParse(value);
        if (success) {
          items.push(data);
          continue;
        }
        if (invalid === 0) first = error.issues.map((issue) => ({ ...issue, path: [index, ...issue.path] }));
        const replacement = replace(error, value, ++invalid);
        if (replacement === undefined) {
          context.issues.push(...(first as typeof context.issues));
          return z.NEVER;
        }
        items.push(replacement);
      }
      return items;
    })
    .meta(shape);
}

export const userIds = oneOrMany(z.string(), "members");
