/** Declares administrators' operations. Command line, HTTP, console and ad-hoc commands are made from the declarations. */
import { z } from "zod";
import { Refusal } from "../refusal.js";
import type { Translated } from "../translated.js";
import type { Context, RunningContext } from "./context.js";
import type { OperationEffect, Meta } from "./fields.js";
import { rightFor, type Right } from "./rights.js";

/** Gives a value its words in both languages. */
export function word<S extends z.ZodType>(schema: S, en: string, zh: string, more: Meta = {}): S {
  return schema.meta({ description: en, "x-zh": zh, "x-shown": more });
}

export function time(en: string, zh: string, time: true | "exact" = true): z.ZodNumber {
  return word(z.number(), en, zh, { time });
}

/** Returns what an argument names. @param field the argument's name, for refusals */
type Find<I, T> = (context: Context, given: I, field: string) => T | Refusal;
const FINDS = new WeakMap<z.core.$ZodType, Find<never, unknown>>();

/** Makes an argument that names something: `run` gets what it names, and isn't called if `find` refuses. */
export function naming<I, T>(schema: z.ZodType<I>, find: Find<I, T>): z.ZodType<Exclude<T, Refusal>, I> {
  const own = schema.meta(schema.meta() ?? {});
  FINDS.set(own, find);
  return own as z.ZodType as z.ZodType<Exclude<T, Refusal>, I>;
}

/** Replaces arguments by what they name. */
function findIn(shape: Shape, context: Context, given: object): object | Refusal {
  const found = new Map<string, unknown>(Object.entries(given));
  for (const [field, schema] of Object.entries(shape)) {
    const find = FINDS.get(schema instanceof z.ZodOptional ? schema.unwrap() : schema);
    const name = found.get(field);
    if (find === undefined || name === undefined) continue;
    const named = find(context, name as never, field);
    if (named instanceof Refusal) return named;
    found.set(field, named);
  }
  return Object.fromEntries(found);
}

type Words = readonly [en: string, zh: string];

/** A list of rows in a result. @param none the texts that replace an empty list */
export function rows<S extends z.ZodRawShape>([en, zh]: Words, none: Words, shape: S) {
  return word(z.array(z.strictObject(shape)), en, zh, { none: { en: none[0], zh: none[1] } });
}

/** The result of a change: a sentence that says what was done, and further remarks. */
export const MESSAGE = word(z.string(), "what was done", "已完成的操作");
export const NOTES = word(z.array(z.string()), "remarks", "说明");
const DONE = { message: MESSAGE };
const NONE: z.ZodRawShape = {};

/** The arguments and the result's field of lists that are divided into pages. */
export const PAGE = {
  limit: word(z.int().min(1).max(1000).default(100), "maximum entries", "最多条数"),
  after: word(
    z.string().max(3071).default(""),
    "start after this entry, which the previous page names at its end",
    "只列出此条之后的条目：填上一页给出的值",
  ),
};
export const NEXT = word(
  z.string().optional(),
  "pass this as `after` for more entries",
  "更多条目：以此作为 after",
);

/** The requested part of a list. */
interface PageWanted {
  /** The key of the last entry before the page; "" for the first page. */
  readonly after: string;
  readonly limit: number;
}

interface Page<T> {
  readonly entries: readonly T[];
  /** The key of the page's last entry if more entries follow; else undefined. */
  readonly next: string | undefined;
}

/** Returns the number in a page's `after`; `first` for the first page. */
export function numberIn(after: string, first = 0): number {
  return /^\d{1,15}$/.test(after) ? Number(after) : first;
}

/** Makes a page. @param found at most `limit` + 1 entries, from the page's first on */
export function pageOf<T>(found: readonly T[], limit: number, keyOf: (entry: T) => string): Page<T> {
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: found.length > limit && last !== undefined ? keyOf(last) : undefined };
}

/** Makes a page of a list in memory. If the list has no entry with the key `after`, the first page is returned. */
export function pageIn<T>(
  all: readonly T[],
  { after, limit }: PageWanted,
  keyOf: (entry: T) => string,
): Page<T> {
  const start = after === "" ? 0 : all.findIndex((entry) => keyOf(entry) === after) + 1;
  return pageOf(all.slice(start, start + limit + 1), limit, keyOf);
}

/** What an operation needs: nothing but its arguments, the database, or the running component. */
export type Needs = "nothing" | "database" | "component";

type Shape = z.ZodRawShape;
/** The values that fit the fields. */
export type Output<S extends Shape> = z.output<z.ZodObject<S>>;

/** A declaration, whose `run` fits the arguments and the result. */
interface Declaration<A extends Shape, R extends Shape, N extends Needs> {
  /** The command, such as "hook add"; over HTTP, /admin/hook/add. */
  readonly name: `${string} ${string}`;
  readonly en: string;
  readonly zh: string;
  /** The arguments of an example of the command; by default, the examples of those without a name. */
  readonly example?: string;
  /** None by default. */
  readonly arguments?: A;
  /** By default, only the sentence that says what was done. */
  readonly result?: R;
  /** The right that it needs; by default, that of its family. */
  readonly right?: Right;
  /** The database by default. */
  readonly needs?: N;
  run(
    context: N extends "component" ? RunningContext : Context,
    given: Output<NoInfer<A>>,
  ): Promise<Output<NoInfer<R>> | Refusal> | Output<NoInfer<R>> | Refusal;
}

/** An operation whose arguments and result aren't known to the compiler. */
export interface Operation {
  readonly name: string;
  readonly summary: Translated;
  readonly example: string | undefined;
  readonly arguments: z.ZodObject;
  readonly result: z.ZodObject;
  readonly effect: OperationEffect;
  readonly right: Right;
  readonly needs: Needs;
  run(context: Context, given: object): Promise<object | Refusal> | object | Refusal;
}

/** Returns a function that declares operations: the compiler checks that `run` fits the arguments and the result. */
function declaring(effect: OperationEffect) {
  return <A extends Shape = typeof NONE, R extends Shape = typeof DONE, N extends Needs = "database">(
    declared: Declaration<A, R, N>,
  ): Operation => ({
    name: declared.name,
    summary: { en: declared.en, zh: declared.zh },
    example: declared.example,
    arguments: z.strictObject(declared.arguments ?? NONE),
    result: z.strictObject(declared.result ?? DONE),
    effect,
    right: declared.right ?? rightFor(declared.name.split(" ")[0] ?? "", effect === "read"),
    needs: declared.needs ?? "database",
    run(context, given) {
      const found = findIn(declared.arguments ?? NONE, context, given);
      return found instanceof Refusal ? found : declared.run(context as never, found as never);
    },
  });
}

export const reading = declaring("read");
export const changing = declaring("change");
export const destroying = declaring("destroy");
