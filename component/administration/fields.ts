/** Reads the declarations of operations: the fields of their arguments and results. */
import { z } from "zod";
import { ownProperty } from "../own-property.js";
import type { Translated } from "../translated.js";
/** What the ways in need to know of a value beyond its type. */
export interface Meta {
  /** An example of an argument that the command line takes without a name, in the order of the declaration. */
  readonly placed?: string;
  /** Shown once, and never logged or recorded. */
  readonly secret?: true;
  /** A URL that may have a secret, which is never recorded in the list of changes. */
  readonly url?: true;
  /** Never recorded in the list of changes: the address of a person who is erased. */
  readonly unrecorded?: true;
  /** On the command line, the value is read from a file; in JSON, the file's text, or its bytes in Base64. */
  readonly file?: "text" | "base64";
  /** A time in milliseconds since 1970; "exact": shown with milliseconds. */
  readonly time?: true | "exact";
  /** A list whose values may contain commas, so that the command line doesn't separate them there. */
  readonly commas?: true;
  /** The items of the list may have spaces. */
  readonly spaced?: true;
  /** A text of several lines. */
  readonly long?: true;
  /** Left out of tables. */
  readonly inner?: true;
  /** Never shortened in tables. */
  readonly whole?: true;
  /** The text that replaces an empty list. */
  readonly none?: Translated;
  /** The list whose rows have this argument, if the operation is for several lists. */
  readonly of?: string;
}

/** A value of an operation's arguments or result. */
export interface Field extends Meta {
  readonly name: string;
  readonly label: Translated;
  /** As forms and command lines enter the value. */
  readonly kind: "text" | "number" | "boolean" | "list" | "record";
  readonly isRequired: boolean;
  readonly default?: unknown;
  readonly choices?: readonly string[];
  /** The fields of a list's items. */
  readonly items?: readonly Field[];
}

/** Whether an operation only reads, changes something, or destroys something for good; the ways in then ask first. */
export type OperationEffect = "read" | "change" | "destroy";

/** An operation as the console's page knows it. */
export interface DescribedOperation {
  readonly name: string;
  readonly summary: Translated;
  readonly effect: OperationEffect;
  readonly arguments: readonly Field[];
  readonly result: readonly Field[];
}

/** The properties of JSON Schema that are read here. */
interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly "x-zh"?: string;
  readonly "x-shown"?: Meta;
  readonly default?: unknown;
}

/** Returns a schema's description as JSON Schema. */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): object {
  return z.toJSONSchema(schema, { io });
}

/** Returns the fields of an operation's arguments. */
export function argumentsOf(operation: { readonly arguments: z.ZodObject }): readonly Field[] {
  return fieldsIn(jsonSchemaOf(operation.arguments, "input"));
}

/** Returns the fields of an operation's result. */
export function resultFieldsOf(operation: { readonly result: z.ZodObject }): readonly Field[] {
  return fieldsIn(jsonSchemaOf(operation.result, "output"));
}

/** Returns the example of a command, with its name. */
export function fieldExampleOf(operation: {
  readonly name: string;
  readonly example: string | undefined;
  readonly arguments: z.ZodObject;
}): string {
  const placed = argumentsOf(operation).flatMap((field) => field.placed ?? []);
  return `${operation.name} ${operation.example ?? placed.join(" ")}`.trim();
}

function fieldsIn({ properties = {}, required = [] }: Shape): readonly Field[] {
  return Object.entries(properties).map(([name, shape]) => {
    const { description = name, default: preset, items } = shape;
    const choices = shape.enum ?? items?.enum;
    return {
      name,
      label: { en: description, zh: shape["x-zh"] ?? description },
      kind: kindOf(shape),
      isRequired: required.includes(name),
      ...(preset !== undefined && { default: preset }),
      ...(choices && { choices }),
      ...(items?.properties && { items: fieldsIn(items) }),
      ...shape["x-shown"],
    };
  });
}

/** Returns a field's value in a result or in arguments. */
export function valueIn(object: object, { name }: Field): unknown {
  return ownProperty<unknown>({ ...object }, name);
}

function kindOf({ type, anyOf = [] }: Shape): Field["kind"] {
  const isNumber = (each: Shape): boolean => each.type === "integer" || each.type === "number";
  if (isNumber({ ...(type !== undefined && { type }) }) || anyOf.some(isNumber)) return "number";
  if (type === "array") return "list";
  if (type === "object") return "record";
  return type === "boolean" ? "boolean" : "text";
}
