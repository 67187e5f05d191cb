/** All keys of the configuration as a list, from the schemas: for flags, environment and reference. */
import { parse } from "yaml";
import { z } from "zod";
import { sections } from "./sections.js";

export interface ConfigKey {
  /** Section and key: `xmpp.domain`. */
  readonly path: string;
  /** Environment variable that overrides it: `QTALK_XMPP_DOMAIN`. */
  readonly variable: string;
  readonly kind: "text" | "number" | "boolean" | "list" | "structure";
  /** The allowed values, if they are a list. */
  readonly choices: readonly string[] | undefined;
  readonly description: string;
  /** Undefined if there is no default. */
  readonly default: unknown;
}

/** The part of JSON Schema that is used. */
interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
}

export const PREFIX = "QTALK_";

/** All keys, ordered by section. */
export function configKeys(): ConfigKey[] {
  return Object.entries(sections).flatMap(([name, schema]) => {
    return keysOf(name, z.toJSONSchema(schema, { io: "input" }) as Shape);
  });
}

function keysOf(path: string, shape: Shape): ConfigKey[] {
  if (shape.properties !== undefined) {
    return Object.entries(shape.properties).flatMap(([name, inner]) => keysOf(`${path}.${name}`, inner));
  }
  return [
    {
      path,
      variable: PREFIX + path.replaceAll(".", "_").toUpperCase(),
      kind: kindOf(shape),
      choices: shape.enum,
      description: shape.description ?? "",
      default: shape.default,
    },
  ];
}

function kindOf({ type, items }: Shape): ConfigKey["kind"] {
  if (type === "integer" || type === "number") return "number";
  if (type === "boolean") return "boolean";
  if (type === "array") return items?.type === "string" ? "list" : "structure";
  return type === "object" ? "structure" : "text";
}

/** Converts the text of a variable or flag for the schema; text that doesn't convert stays, for the schema to report. */
export function valueOf({ kind }: ConfigKey, text: string): unknown {
  switch (kind) {
    case "text":
      return text;
    case "number":
      return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "list":
      return text
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== "");
    case "structure":
      return structureOf(text);
  }
}

/** Parses YAML of one line, such as `[{name: hr}]`. */
function structureOf(text: string): unknown {
  try {
    return parse(text) ?? [];
  } catch {
    return text;
  }
}
