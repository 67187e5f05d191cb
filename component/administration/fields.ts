/** The fields of operations' arguments and results: their words in both languages, and how forms enter them. */
import { z } from "zod";
import type { Translated } from "../translated.js";

/** What the ways in need to know of a value beyond its type. */
interface Meta {
  /** Shown once, and never logged or recorded. */
  readonly secret?: true;
  /** On the command line, the value is read from a file; in JSON, the file's text, or its bytes in Base64. */
  readonly file?: "text" | "base64";
  /** A time in milliseconds since 1970; "exact": shown with milliseconds. */
  readonly time?: true | "exact";
  /** A text of several lines. */
  readonly long?: true;
  /** Left out of tables. */
  readonly inner?: true;
  /** Never shortened in tables. */
  readonly whole?: true;
  /** The text that replaces an empty list. */
  readonly none?: Translated;
}

/** Gives a value its words in both languages. */
export function word<S extends z.ZodType>(schema: S, en: string, zh: string, more: Meta = {}): S {
  return schema.meta({ description: en, zh, ...more });
}

/** The result of a change: a sentence that says what was done, and further remarks. */
export const MESSAGE = word(z.string(), "what was done", "已完成的操作");
export const DONE = z.strictObject({ message: MESSAGE });
export type Done = z.output<typeof DONE>;
export const NOTES = word(z.array(z.string()), "remarks", "说明");

export const TIME = z.number();
export function time(en: string, zh: string): z.ZodNumber {
  return word(TIME, en, zh, { time: true });
}

/** The arguments and the result's field of lists that are divided into pages. */
export const PAGE = {
  limit: word(z.int().min(1).max(1000).default(100), "maximum entries", "最多条数"),
  after: word(z.string().max(3071).default(""), "only entries after this one", "只列出此条之后的条目"),
};
export const NEXT = word(
  z.string().optional(),
  "pass this as `after` for more entries",
  "更多条目：以此作为 after",
);

/** The kinds of values, as forms and command lines enter them. */
export type Kind = "text" | "number" | "boolean" | "list" | "record";

/** A value of an operation's arguments or result. */
export interface Field extends Meta {
  readonly name: string;
  readonly label: Translated;
  readonly kind: Kind;
  readonly isRequired: boolean;
  readonly default?: unknown;
  readonly choices?: readonly string[];
  /** The fields of a list's items. */
  readonly items?: readonly Field[];
}

/** The properties of JSON Schema that are read here. */
export interface Shape extends Meta {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly zh?: string;
  readonly default?: unknown;
}

/** Returns a schema's description as JSON Schema. */
export function shapeOf(schema: z.ZodType, io: "input" | "output"): Shape {
  return z.toJSONSchema(schema, { io }) as Shape;
}

/** Returns the fields of arguments ("input") or of a result ("output"). */
export function fieldsOf(schema: z.ZodType, io: "input" | "output"): readonly Field[] {
  return fieldsIn(shapeOf(schema, io));
}

function fieldsIn({ properties = {}, required = [] }: Shape): readonly Field[] {
  return Object.entries(properties).map(([name, shape]) => {
    const { description = name, zh = description, secret, file, time, long, inner, whole, none } = shape;
    return {
      ...{ name, label: { en: description, zh }, kind: kindOf(shape) },
      isRequired: required.includes(name),
      ...(shape.default !== undefined && { default: shape.default }),
      ...((shape.enum ?? shape.items?.enum) && { choices: shape.enum ?? shape.items?.enum }),
      ...(shape.items?.properties && { items: fieldsIn(shape.items) }),
      ...(secret && { secret }),
      ...(file && { file }),
      ...(time && { time }),
      ...(long && { long }),
      ...(inner && { inner }),
      ...(whole && { whole }),
      ...(none && { none }),
    } as Field;
  });
}

function kindOf({ type, anyOf = [] }: Shape): Kind {
  const isNumber = (each: Shape): boolean => each.type === "integer" || each.type === "number";
  if (isNumber({ type } as Shape) || anyOf.some(isNumber)) return "number";
  if (type === "array") return "list";
  if (type === "object") return "record";
  return type === "boolean" ? "boolean" : "text";
}
