/** The buttons of a post to ntfy's server (docs/publish.md, "Action buttons"; server/actions.go). */
import { foreignJson } from "../../limits/foreign-json.js";
import type { AlertLink } from "./alert.js";
import { listOf, textOf, wholeListOf } from "./fields.js";
import type { Payload } from "./format.js";
import { ntfyParameterBeside } from "./ntfy-parameters.js";
import { shortened } from "./shortening.js";

/** What buttons become in a message. */
export interface ShownActions {
  readonly links: readonly AlertLink[];
  /** Lines of the text: what a button copies, and those that only ntfy's apps can press. */
  readonly lines: readonly string[];
}

interface Action {
  readonly action: string;
  readonly label: string;
  readonly url: string;
  readonly value: string;
}

const MOST_ACTIONS = 3;
/** How much of actions is read, in characters. */
const READ_ACTIONS = 16_000;
const KNOWN = ["view", "http", "broadcast", "copy"];
/** The values that need no name, in their order. */
const UNNAMED = ["action", "label", "url"];
const NAMED = /^([-.\w]+)\s*=(.*)$/s;

/** Returns what a post's buttons become, or what is wrong with them, as ntfy's server would say it. */
export function shownActions(posted: Payload): ShownActions | string {
  const listed = wholeListOf(posted.json?.value, "actions");
  const text = ntfyParameterBeside(posted, "actions").slice(0, READ_ACTIONS);
  const given =
    listed.length > 0 ? listed.map(actionOf) : text.startsWith("[") ? listIn(text) : simpleIn(text);
  if (given === undefined) return "they are no list in JSON";
  if (given.length > MOST_ACTIONS) return `only ${MOST_ACTIONS} are allowed`;
  const wrong = given.map(faultOf).find((fault) => fault !== undefined);
  if (wrong !== undefined) return wrong;
  const others = given.filter(({ action }) => action === "http" || action === "broadcast");
  return {
    links: given.filter(({ action }) => action === "view").map(({ label: name, url }) => ({ name, url })),
    lines: [
      ...given
        .filter(({ action }) => action === "copy")
        .map(({ label, value }) => `${shortened(label, 60)}: ${value}`),
      ...(others.length === 0
        ? []
        : [`Buttons in ntfy's apps only: ${others.map(({ label }) => shortened(label, 60)).join(", ")}`]),
    ],
  };
}

function faultOf({ action, label, url }: Action): string | undefined {
  if (!KNOWN.includes(action)) return `"${shortened(action, 40)}" is none of ${KNOWN.join(", ")}`;
  if (label === "") return `an action "${action}" has no label`;
  return url === "" && (action === "view" || action === "http")
    ? `the action "${label}" has no url`
    : undefined;
}

function actionOf(given: unknown): Action {
  const [action, label, url, value] = ["action", "label", "url", "value"].map((name) => textOf(given, name));
  return { action: (action ?? "").toLowerCase(), label: label ?? "", url: url ?? "", value: value ?? "" };
}

function listIn(text: string): readonly Action[] | undefined {
  const read = foreignJson(text);
  if ("fault" in read || !Array.isArray(read.value)) return undefined;
  return listOf({ list: read.value }, "list").map(actionOf);
}

/** Parses `view, Label, URL, clear=true; action=http, label=…`, in which values may be quoted. */
function simpleIn(text: string): readonly Action[] {
  if (text === "") return [];
  return split(text, ";")
    .filter((each, at, all) => each.trim() !== "" || all.length === 1 || at === 0)
    .map((each) => {
      const fields = new Map<string, string>();
      for (const [at, part] of split(each, ",").entries()) {
        const [, name = UNNAMED[at], value = part] = NAMED.exec(part.trim()) ?? [];
        if (name !== undefined) fields.set(name, unquoted(value.trim()));
      }
      return actionOf(Object.fromEntries(fields));
    });
}

/** Splits a text at a mark that isn't in quotes, which begin a value; "\" escapes a mark or a quote in them. */
function split(text: string, mark: "," | ";"): readonly string[] {
  const parts: string[] = [];
  let part = "";
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const isEscape = char === "\\" && quote !== "" && at + 1 < text.length;
    if (isEscape) part += char + text.charAt(++at);
    else if (char === mark && quote === "") {
      parts.push(part);
      part = "";
    } else {
      if ((char === '"' || char === "'") && quote === "" && /(?:^|[=,;])\s*$/.test(part.slice(-40)))
        quote = char;
      else if (char === quote) quote = "";
      part += char;
    }
  }
  return [...parts, part];
}

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, "$1") : text;
}
