/** Declares administrators' operations. Command line, HTTP, console and ad-hoc commands are made from the declarations. */
import type { z } from "zod";
import type { Refusal } from "../refusal.js";
import type { Translated } from "../translated.js";
import type { Context, RunningContext } from "./context.js";

/** What an operation needs: nothing but its arguments, the database, or the running component. */
export type Needs = "nothing" | "database" | "component";

/** A declaration, whose `run` fits the schemas of its arguments and its result. */
interface Declaration<A extends z.ZodObject, R extends z.ZodObject, N extends Needs> {
  /** The command, such as "hook add"; over HTTP, /admin/hook/add. */
  readonly name: `${string} ${string}`;
  readonly summary: Translated;
  /** The arguments of an example of the command. */
  readonly example: string;
  /** The arguments that the command line takes without a name, in their order. */
  readonly positional?: readonly (string & keyof A["shape"])[];
  readonly arguments: A;
  readonly result: R;
  /** Whether it only reads, changes something, or destroys something for good; the command line then asks first. */
  readonly effect: "read" | "change" | "destroy";
  readonly needs: N;
  run(
    context: N extends "component" ? RunningContext : Context,
    given: z.output<A>,
  ): Promise<z.output<R> | Refusal> | z.output<R> | Refusal;
}

/** An operation whose arguments and result aren't known to the compiler. */
export interface Operation extends Omit<Declaration<z.ZodObject, z.ZodObject, Needs>, "positional" | "run"> {
  readonly positional?: readonly string[];
  run(context: Context, given: unknown): Promise<object | Refusal> | object | Refusal;
}

/** Declares an operation: the compiler checks that `run` fits the schemas. */
export function operation<A extends z.ZodObject, R extends z.ZodObject, N extends Needs>(
  declared: Declaration<A, R, N>,
): Operation {
  return declared;
}
