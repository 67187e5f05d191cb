/** The keys of the configuration, from the schemas, for flags, environment variables and the reference. */
import { parse } from "yaml";
import { z } from "zod";
import { sections } from "./sections.js";

export interface ConfigKey {
  /** The section and the key's name: `xmpp.domain`. */
  readonly path: string;
  /** The environment variable that overrides the file: `QTALK_XMPP_DOMAIN`. */
  readonly variable: string;
  readonly kind: "text" | "number" | "boolean" | "list" | "structure";
  /** The allowed values; undefined if any value of the kind is allowed. */
  readonly choices: readonly string[] | undefined;
  readonly description: string;
  readonly default: unknown;
}

/** The properties of JSON Schema that are read here. */
interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
}

export const PREFIX = "QTALK_";

let all: readonly ConfigKey[] | undefined;

export function configKeys(): readonly ConfigKey[] {
  return (all ??= Object.entries(sections).flatMap(([name, schema]) => {
    return keysOf(name, z.toJSONSchema(schema, { io: "input" }) as Shape);
  }));
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

/** Converts a flag's or variable's text into the key's type. Returns other text unchanged; the schema reports it. */
export function keyValueOf({ kind }: ConfigKey, text: string): unknown {
  if (kind === "text") return text;
  if (kind === "list")
    return text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  try {
    // Structures are YAML on one line, such as `[{name: hr}]`.
    return parse(text) ?? (kind === "structure" ? [] : text);
  } catch {
    return text;
  }
}
