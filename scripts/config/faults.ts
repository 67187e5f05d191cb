/** What is wrong with a configuration: each fault names its key, what it got (never a secret) and what it wants. */
import { counted } from "../../component/counted.js";
import type { z } from "zod";
import { valueAt } from "../../http/validation-message.js";
import { ExitCode, Failure } from "../failure.js";
import type { ConfigKey } from "./keys.js";

export interface Fault {
  /** A key such as `xmpp.domain`, or a variable's name. */
  readonly where: string;
  readonly what: string;
}

/** All faults of a configuration at once. */
export class ConfigFaults extends Failure {
  override name = "ConfigFaults";

  constructor(
    readonly faults: readonly Fault[],
    /** What was read, for the reader of the message. */
    source = "the configuration",
  ) {
    const heading = faults.length === 1 ? `There is a fault in ${source}:` : `There are faults in ${source}:`;
    const lines = faults.map(({ where, what }) => `  ${where}: ${what}`);
    super([heading, ...lines].join("\n"), ExitCode.config);
  }
}

type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "keys with values",
};
const SHOWN = 60;

/**
 * The faults that a section's schema found.
 * @param section its name
 * @param input what it was given
 * @param keys the configuration's keys
 */
export function faultsOf(
  section: string,
  error: z.ZodError,
  input: unknown,
  keys: readonly ConfigKey[],
): Fault[] {
  return error.issues.flatMap((issue) => {
    const where = [section, ...issue.path].map(String).join(".");
    if (issue.code === "unrecognized_keys") {
      const what = `there is no such key; ${where} has ${namesIn(where, keys).join(", ")}`;
      return issue.keys.map((key) => ({ where: `${where}.${key}`, what }));
    }
    const value = valueAt(input, issue.path);
    const meaning = isMissing(value) ? keys.find((key) => key.path === where)?.description : undefined;
    const wants = `wants ${wanted(issue)}${meaning === undefined ? "" : ` (${meaning})`}`;
    return { where, what: `${gotten(where, value)}; ${wants}` };
  });
}

/** The names of the keys in this section or structure. */
function namesIn(where: string, keys: readonly ConfigKey[]): string[] {
  const start = `${where}.`;
  return keys.filter(({ path }) => path.startsWith(start)).map(({ path }) => path.slice(start.length));
}

/** Whether this key's value must never be shown. */
export function isSecret(path: string): boolean {
  return /(?:password|secret|token\w*)$/.test(path);
}

function gotten(where: string, value: unknown): string {
  if (isMissing(value)) return "missing";
  if (isSecret(where)) return `got ${KINDS[typeof value] ?? "something"} that is not shown here`;
  const text = JSON.stringify(value, (key, inner: unknown) => (isSecret(key) ? "…" : inner));
  return `got ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}`;
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function wanted(issue: Issue): string {
  // Rules that explain themselves do so in these words.
  const own = /(?:^|; )wants (.*)$/s.exec(issue.message)?.[1];
  if (own !== undefined) return own;
  if (issue.code === "invalid_type") return KINDS[issue.expected] ?? issue.expected;
  if (issue.code === "invalid_value") return issue.values.map(String).join(" or ");
  if (issue.code === "too_small") return `at least ${amount(issue.origin, Number(issue.minimum))}`;
  if (issue.code === "too_big") return `at most ${amount(issue.origin, Number(issue.maximum))}`;
  return issue.message;
}

function amount(origin: string, count: number): string {
  if (origin === "string") return counted(count, "character");
  if (origin === "array") return counted(count, "entry", "entries");
  return String(count);
}
