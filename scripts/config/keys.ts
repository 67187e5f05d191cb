/** Every key of the configuration in a flat list, made from the schema: for flags, environment and reference. */
import { parse } from "yaml";
import { z } from "zod";
import { sections } from "./sections.js";

export interface ConfigKey {
  /** Section and key, such as `xmpp.domain`. */
  readonly path: string;
  /** The environment variable that overrides it, such as `QTALK_XMPP_DOMAIN`. */
  readonly variable: string;
  readonly kind: "text" | "number" | "boolean" | "list" | "structure";
  /** The only values there are, where that is so. */
  readonly choices: readonly string[] | undefined;
  readonly description: string;
  /** Undefined where there is none. */
  readonly default: unknown;
}

/** What is used of JSON Schema. */
interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
}

export const PREFIX = "QTALK_";

/** All keys, in the order of their sections. */
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

/** A variable's or a flag's text as the schema wants it; left as it is where it can't be read so. */
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

/** YAML in one line, such as `[{name: hr}]`. */
function structureOf(text: string): unknown {
  try {
    return parse(text) ?? [];
  } catch {
    return text;
  }
}
