/** Replaces known objects inside text, `[obj type="image" value="URL" width=1 height=2]`, by URLs and texts. */
import type { Language } from "../../translated.js";
import { fileAlone, kindIn, type Readable } from "./reading.js";
import { lineOf, urlOf } from "./text.js";

/** The start of every object: a text without it needs no replacement. */
export const MARK = "[obj ";

const START = '[obj type="';
const VALUE = ' value="';
/** How many characters the attributes after `value` may have. */
const MAX_ATTRIBUTES_LENGTH = 200;
/** The maximum length of a shown value, in characters. */
const MAX_VALUE_LENGTH = 256;

/** An object, and its position in the text. */
interface Found {
  readonly type: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

interface Where {
  readonly base: string | undefined;
  readonly language: Language;
}

/** A piece of the resulting text. */
interface Shown {
  readonly text: string;
  /** Whether the text is a URL, which must be separated from other text. */
  readonly isLink: boolean;
}

/** Returns the text with its objects replaced; undefined if the text contains no known object. */
export function withoutObjects(text: string, where: Where): Readable | undefined {
  const pieces: Shown[] = [];
  let done = 0;
  let last: Found | undefined;
  for (let found = next(text, 0); found !== undefined; found = next(text, found.end)) {
    const shown = show(found, where);
    if (shown === undefined) continue;
    pieces.push({ text: text.slice(done, found.start), isLink: false }, shown);
    done = found.end;
    last = found;
  }
  if (last === undefined) return undefined;
  const isAlone = text.trim() === text.slice(last.start, last.end);
  const url = isAlone && last.type === "image" ? urlOf(last.value, where.base) : undefined;
  if (url !== undefined) return fileAlone(url, kindIn("picture", where.language));
  return { body: together([...pieces, { text: text.slice(done), isLink: false }]) };
}

/** Joins the pieces in order, with white space before and after each link. */
function together(pieces: readonly Shown[]): string {
  let body = "";
  let isAfterLink = false;
  for (const { text, isLink } of pieces) {
    if (text === "") continue;
    const touch = !/\s/.test(body.at(-1) ?? " ") && !/^\s/.test(text);
    body += touch && (isLink || isAfterLink) ? ` ${text}` : text;
    isAfterLink = isLink;
  }
  return body;
}

function show({ type, value }: Found, { base, language }: Where): Shown | undefined {
  switch (type) {
    case "image":
    case "url": {
      const url = urlOf(value, base);
      if (url !== undefined) return { text: url, isLink: true };
      // A URL without a scheme, such as example.org, is shown as text, because users understand it.
      const said = type === "url" && /^[\w-]/.test(value) && !value.includes(":") ? value : "";
      const kind = kindIn(type === "url" ? "link" : "picture", language);
      return { text: lineOf(said, MAX_VALUE_LENGTH) || kind, isLink: false };
    }
    case "emoticon":
      // QTalk's names begin with a slash: [/smile].
      return { text: `[${lineOf(value, MAX_VALUE_LENGTH).replace(/^\[?\/?|\]$/g, "")}]`, isLink: false };
    case "tel":
      return { text: lineOf(value, MAX_VALUE_LENGTH), isLink: false };
    default:
      return undefined;
  }
}

/** Returns the first object from this offset on. The text is untrusted, so the time is linear in its length. */
function next(text: string, from: number): Found | undefined {
  for (let start = text.indexOf(START, from); start >= 0; start = text.indexOf(START, start + 1)) {
    const typeEnd = text.indexOf('"', start + START.length);
    if (typeEnd < 0) return undefined;
    if (!text.startsWith(VALUE, typeEnd + 1)) continue;
    const valueStart = typeEnd + 1 + VALUE.length;
    const valueEnd = text.indexOf('"', valueStart);
    if (valueEnd < 0) return undefined;
    const end = text.slice(valueEnd, valueEnd + MAX_ATTRIBUTES_LENGTH).indexOf("]");
    if (end < 0) continue;
    const [type, value] = [text.slice(start + START.length, typeEnd), text.slice(valueStart, valueEnd)];
    return { type, value, start, end: valueEnd + end + 1 };
  }
  return undefined;
}
