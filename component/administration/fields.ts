/** Reads the declarations of operations: the fields of their arguments and results. */
import { z } from "zod";
import { ownProperty } from "../own-property.js";
import type { Translated } from "../translated.js";
import type { Meta, Operation } from "./operation.js";

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
export function shapeOf(schema: z.ZodType, io: "input" | "output"): object {
  return z.toJSONSchema(schema, { io });
}

/** Returns the fields of an operation's arguments. */
export function argumentsOf(operation: Pick<Operation, "arguments">): readonly Field[] {
  return fieldsIn(shapeOf(operation.arguments, "input"));
}

/** Returns the fields of an operation's result. */
export function resultOf(operation: Pick<Operation, "result">): readonly Field[] {
  return fieldsIn(shapeOf(operation.result, "output"));
}

/** Returns the example of a command, with its name. */
export function exampleOf({ name, example, ...operation }: Operation): string {
  const placed = argumentsOf(operation).flatMap((field) => field.placed ?? []);
  return `${name} ${example ?? placed.join(" ")}`.trim();
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

function kindOf({ type, anyOf = [] }: Shape): Kind {
  const isNumber = (each: Shape): boolean => each.type === "integer" || each.type === "number";
  if (isNumber({ ...(type !== undefined && { type }) }) || anyOf.some(isNumber)) return "number";
  if (type === "array") return "list";
  if (type === "object") return "record";
  return type === "boolean" ? "boolean" : "text";
}
