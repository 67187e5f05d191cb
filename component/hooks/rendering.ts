/** Renders a post as the text of a message, and cleans the text. */
import type { HookFilters } from "../../storage/hooks-store.js";
import type { LimitsConfig } from "../config.js";
import { HookFault } from "./fault.js";
import { isLeftOut } from "./filters.js";
import { namedFile } from "./files/file-kind.js";
import type { Format, Payload, ParsedPayload, PostedFile, ShortenUrl } from "./formats/format.js";
import { ASSIGNED, assignedAlert, ownAlertIn, reportOf, withSign } from "./formats/own-alerts.js";
import { withShortTexts } from "./formats/short-texts.js";
import type { Rendered, Templates } from "./templates.js";

const FORBIDDEN = /[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
/** Embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9), which can disguise a text. */
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;
const EMPTY_LINES = /\n{3,}/g;
/** How many bytes of a message are reserved for everything but the text. */
const BESIDES = 4 * 1024;
/** How many bytes one byte may become by XML escaping. */
const ESCAPED = 5;
/** How many files a post may have. */
const MOST_FILES = 10;
/** Texts up to this many bytes are never shortened. */
const SHORTEST_LIMIT = 256;

type TextLimits = Pick<LimitsConfig, "message_bytes">;

export interface RenderedPost {
  readonly reading: ParsedPayload;
  /** The message's text; "" if the post has only files. */
  readonly text: string;
  readonly files: readonly PostedFile[];
}

/**
 * Returns a post's text; "nothing" if the hook's filters leave it out, or its own template says nothing about it.
 * @param rules `template` is the hook's own; by default the format's is used
 */
export function renderPost(
  format: Format,
  payload: Payload,
  rules: {
    readonly templates: Templates;
    readonly template?: string | undefined;
    readonly filters?: HookFilters;
    readonly limits: TextLimits;
    /** Undefined: there are no short links. */
    readonly shortenUrl?: ShortenUrl | undefined;
  },
): RenderedPost | HookFault | "nothing" {
  const { templates, template, filters, limits, shortenUrl } = rules;
  const given = format.filesIn?.(payload) ?? payload.files ?? [];
  if (given.length > MOST_FILES)
    return new HookFault(
      "large",
      `the post has ${given.length} files, more than the ${MOST_FILES} allowed in a post`,
    );
  const posted = withShortTexts(payload, longestText(limits));
  const parsed = format.read(posted, shortenUrl);
  if (parsed instanceof HookFault) return parsed;
  // A program whose posts are alerts knows better than its URL which.
  const own = parsed.alert === undefined ? ownAlertIn(posted) : undefined;
  if (own instanceof HookFault) return own;
  if (template === undefined && format.needsTemplate === true)
    return new HookFault("template", "this hook has no template: set one with hook set --template");
  const rendered = textOf(format, parsed, { templates, template, payload: posted.json?.value });
  if (rendered instanceof HookFault) return rendered;
  // A hook's own template may say which alert it is about.
  const assigned = parsed.alert === undefined && own === undefined ? assignedAlert(rendered.assigned) : own;
  if (assigned instanceof HookFault) return assigned;
  const reading = assigned === undefined ? parsed : { ...parsed, event: { name: assigned.status } };
  if (filters !== undefined && isLeftOut(filters, reading.event)) return "nothing";
  const clean = cleaned(rendered.text, limits);
  const said = assigned !== undefined && template === undefined ? withSign(clean, assigned) : clean;
  if (said === "" && template !== undefined) return "nothing";
  const text = withLines(said, []);
  const files = given.map(namedFile);
  const isEmpty = text === "" && files.length === 0 && reading.image === undefined;
  if (isEmpty) return new HookFault("empty", "the post has no text");
  const about = assigned === undefined ? reading : { ...reading, alert: reportOf(assigned, text) };
  return { reading: about, text, files };
}

/** Renders the text of a post. The format's own template assigns nothing. */
function textOf(
  format: Format,
  { plain, view }: ParsedPayload,
  own: { readonly templates: Templates; readonly template: string | undefined; readonly payload: unknown },
): Rendered | HookFault {
  const { templates, template, payload } = own;
  if (template === undefined && plain !== undefined) return { text: plain, assigned: new Map() };
  const names = template === undefined ? [] : ASSIGNED;
  return templates.render(template ?? format.template, { event: "", ...view, payload }, names);
}

/** Adds lines to a message's text. */
export function withLines(text: string, lines: readonly string[]): string {
  const all = [text.trimEnd(), ...lines].filter((line) => line !== "").join("\n");
  // Gajim's list of chats shows a text's last line, or the first one if the text ends with a line break.
  return all.includes("\n") ? `${all}\n` : all;
}

/** Returns how long the text of a message may be, in bytes. */
function longestText({ message_bytes }: TextLimits): number {
  return Math.max(SHORTEST_LIMIT, Math.floor((message_bytes - BESIDES) / ESCAPED));
}

/** Cleans a text: forbidden characters, direction controls, superfluous white space, excess length. */
export function cleaned(text: string, { message_bytes }: TextLimits): string {
  const most = longestText({ message_bytes });
  // The untrusted text is cut first, so that cleaning it is fast. A character takes at least one byte.
  const head = text.slice(0, most);
  const lines = head.replaceAll("\r\n", "\n").replace(FORBIDDEN, "\ufffd").replace(DIRECTION_CONTROLS, "");
  const plain = lines
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(EMPTY_LINES, "\n\n")
    .trim();
  const bytes = Buffer.from(plain);
  if (bytes.length <= most && head.length === text.length) return plain;
  // A character that is cut in two becomes U+FFFD.
  const shown = bytes.subarray(0, most).toString();
  return `${shown.replace(/\ufffd$/, "")}… (cut)`;
}
