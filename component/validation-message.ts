/** Messages from a schema's first issue: the field, what was expected, and what was given instead. */
import type { z } from "zod";
import { ownProperty } from "./own-property.js";
import { counted } from "./wording.js";

type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "a boolean",
  array: "an array",
  object: "an object",
};

/** The field's name in messages about the whole body. */
const BODY = "the request's body";
const WHOLE = new RegExp(`^${BODY}: `);

/** @param input the value that the schema refused */
export function validationMessage(error: z.ZodError, input: unknown): string {
  const [first] = error.issues;
  if (first === undefined) return "the request is invalid";
  const { issue, path } = innermost(first, []);
  const where = fieldOf(path, input);
  return `${where}: ${expectation(issue)}${contrast(issue, valueAt(input, path))}`;
}

/** Returns the message for an invalid item of a list. A message about the whole item names no field. */
export function itemValidationMessage(error: z.ZodError, item: unknown): string {
  return validationMessage(error, item).replace(WHOLE, "");
}

/** Returns the innermost issue. In a union, it is from the branch whose type matches the input. */
function innermost(issue: Issue, above: readonly PropertyKey[]): { issue: Issue; path: PropertyKey[] } {
  const path = [...above, ...issue.path];
  if (issue.code !== "invalid_union") return { issue, path };
  const branch = issue.errors.find((issues) => issues[0] !== undefined && !isOfKind(issues[0]));
  return branch?.[0] === undefined ? { issue, path } : innermost(branch[0], path);
}

/** Returns whether an issue says that the whole value has the wrong type. */
function isOfKind(issue: Issue): boolean {
  return issue.code === "invalid_type" && issue.path.length === 0;
}

function expectation(issue: Issue): string {
  if (issue.code === "invalid_type") return `expected ${KINDS[issue.expected] ?? issue.expected}`;
  if (issue.code === "invalid_value")
    return `expected ${issue.values.map((v) => JSON.stringify(v)).join(" or ")}`;
  if (issue.code === "invalid_union") {
    const kinds = issue.errors.flatMap((issues) => issues.slice(0, 1)).map(expectation);
    return [...new Set(kinds)].join(" or ").replaceAll(" or expected", " or");
  }
  if (issue.code === "too_small") return `expected at least ${amountOf(issue.origin, issue.minimum)}`;
  if (issue.code === "too_big") return `expected at most ${amountOf(issue.origin, issue.maximum)}`;
  return issue.message;
}

/** Returns a bound of a number, or of a length with its unit. */
function amountOf(origin: string, bound: number | bigint): string {
  if (origin === "string") return counted(Number(bound), "character");
  return origin === "array" ? counted(Number(bound), "entry", "entries") : String(bound);
}

/** Returns the type that was given instead; never the value, which may be long or a secret. */
function contrast(issue: Issue, value: unknown): string {
  if (value === undefined) return ", but it is missing";
  if (issue.code !== "invalid_type" && issue.code !== "invalid_union") return "";
  return `, not ${value === null ? "null" : (KINDS[Array.isArray(value) ? "array" : typeof value] ?? "that")}`;
}

/** Returns the field's name for messages, such as `to[2]`, `item 3: to`, or BODY for the whole body. */
function fieldOf(path: readonly PropertyKey[], input: unknown): string {
  const [head, ...rest] = path;
  if (head === undefined) return BODY;
  const fields = rest.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  if (!Array.isArray(input)) return `${String(head)}${fields}`;
  return `item ${String(head)}${fields === "" ? "" : `: ${fields.replace(/^\./, "")}`}`;
}

/** Returns the part of the input at a path; undefined if there is none. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = ownProperty(value as Record<string, unknown>, String(part));
  }
  return value;
}
