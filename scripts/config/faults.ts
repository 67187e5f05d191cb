/** The errors of a configuration. */
import { counted, elided } from "../../component/wording.js";
import type { z } from "zod";
import { valueAt } from "../../component/validation-message.js";
import { ExitCode, Failure } from "../failure.js";
import { configKeys } from "./keys.js";

export interface Fault {
  /** A key such as `xmpp.domain`, or the name of an environment variable. */
  readonly where: string;
  /** The rest of a sentence that begins with the key: `must be a number, not "big"`. */
  readonly what: string;
}

export class ConfigFaults extends Failure {
  override name = "ConfigFaults";

  /** @param source where the configuration was read from, for the message's heading */
  constructor(
    readonly faults: readonly Fault[],
    source = "the configuration",
  ) {
    const lines = faults.map(({ where, what }) => `  ${where} ${what}`);
    super([`${counted(faults.length, "error")} in ${source}:`, ...lines].join("\n"), ExitCode.config);
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
const MAX_SHOWN = 60;

/** Returns the errors that a section's schema found. @param input the section as it was given */
export function faultsOf(section: string, error: z.ZodError, input: unknown): Fault[] {
  return error.issues.flatMap((issue) => {
    const where = [section, ...issue.path].map(String).join(".");
    if (issue.code === "unrecognized_keys") {
      const what = `is not a key; the keys of ${where} are ${namesIn(where).join(", ")}`;
      return issue.keys.map((key) => ({ where: `${where}.${key}`, what }));
    }
    const value = valueAt(input, issue.path);
    if (issue.code === "invalid_type" && issue.expected === "object" && typeof value === "string")
      return { where, what: keysMissing(value) };
    if (value !== undefined && value !== null) {
      return {
        where,
        what: `${requirement(issue)}, not ${shown(where, value)}${remedy(issue, where, value)}`,
      };
    }
    const meaning = configKeys().find(({ path }) => path === where)?.description;
    return { where, what: meaning === undefined ? "is required" : `is required: ${meaning}` };
  });
}

/** Returns what to write instead, if that is sure. */
function remedy(issue: Issue, where: string, value: unknown): string {
  if (issue.code !== "invalid_type") return "";
  if (issue.expected === "string" && isSecret(where)) return ": put it in quotation marks";
  if (issue.expected === "array" && typeof value === "string" && !isSecret(where))
    return `: write [${value}]`;
  return issue.expected === "object" && Array.isArray(value) ? ': remove the "-" before its keys' : "";
}

/** @param text what is there instead of keys, which may contain a secret: of "password:x", YAML makes a text */
function keysMissing(text: string): string {
  const [, key] = /^([a-z]\w*):\S/.exec(text) ?? [];
  const advice = key === undefined ? "" : `: write a space after the colon of "${key}:"`;
  return `must be keys with values, not text${advice}`;
}

/** Returns the keys in a section or structure, without the section's or structure's name. */
function namesIn(where: string): string[] {
  return configKeys().flatMap(({ path }) =>
    path.startsWith(`${where}.`) ? path.slice(where.length + 1) : [],
  );
}

/** Returns whether a key's value must never be shown. */
export function isSecret(path: string): boolean {
  return /(?:password|secret|token\w*|ping_url)$/.test(path);
}

function shown(where: string, value: unknown): string {
  if (isSecret(where)) return typeof value === "string" ? "the given one" : (KINDS[typeof value] ?? "that");
  const text = JSON.stringify(value, (key, inner: unknown) => (isSecret(key) ? "…" : inner));
  return elided(text, MAX_SHOWN);
}

function requirement(issue: Issue): string {
  // Messages of the schemas' own rules contain "must …".
  const own = /(?:^|; )(must .*)$/s.exec(issue.message)?.[1];
  if (own !== undefined) return own;
  if (issue.code === "invalid_type") return `must be ${KINDS[issue.expected] ?? issue.expected}`;
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String).join(", ");
    return `must be ${values.replace(/, ([^,]*)$/, " or $1")}`;
  }
  if (issue.code === "too_small") return `must ${amount(issue.origin, "at least", Number(issue.minimum))}`;
  if (issue.code === "too_big") return `must ${amount(issue.origin, "at most", Number(issue.maximum))}`;
  return `must be valid (${issue.message})`;
}

function amount(origin: string, bound: string, count: number): string {
  if (origin === "string") return `have ${bound} ${counted(count, "character")}`;
  if (origin === "array") return `have ${bound} ${counted(count, "entry", "entries")}`;
  return `be ${bound} ${count}`;
}
