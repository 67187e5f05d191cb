/** Field types that several requests share. */
import { z } from "zod";

/** Text; a number is tolerated and made text. */
export const textOrNumber = z.union([z.string(), z.number()]).transform(String);

/** Text that may be left out (or null), and then is this. */
export function optionalText(fallback: string) {
  return z
    .string()
    .nullish()
    .transform((text) => text ?? fallback);
}

/**
 * An array. Unlike zod's own it stops at the first item at fault: a body of 8 MiB holds four million items, and as
 * many faults take gigabytes and seconds.
 */
export function listOf<T extends z.ZodType>(item: T) {
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

/** One of them or an array of them; always read as an array. */
export function oneOrMany<T extends z.ZodType>(item: T) {
  return z
    .union([item, listOf(item)])
    .transform((value) => (Array.isArray(value) ? value : [value]) as z.output<T>[]);
}
