/**
 * Objects inside text: `[obj type="image" value="URL" width=1 height=2]`. Pictures and links become their URLs, numbers
 * and emoticons what they show; what isn't known stays.
 */
import type { Language } from "../../language.js";
import { kindIn, type Readable } from "./reading.js";
import { lineOf, urlOf } from "./text.js";

/** What a text may hold; other texts needn't be looked through. */
export const MARK = "[obj ";

const START = '[obj type="';
const VALUE = ' value="';
const MOST_OTHER = 200;
const MOST_LINE = 256;

/** One object, and its position in the text. */
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

/** A piece of the text. */
interface Shown {
  readonly text: string;
  readonly isLink: boolean;
}

/** The readable text; undefined if the text contains no known object. */
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
  if (url !== undefined) return { body: url, file: { url, description: kindIn("picture", where.language) } };
  return { body: together([...pieces, { text: text.slice(done), isLink: false }]) };
}

/** Joins the parts in order; a link ends at white space. */
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
      // An address without a scheme tells people something, as text.
      const said = type === "url" && /^[\w-]/.test(value) && !value.includes(":") ? value : "";
      const kind = kindIn(type === "url" ? "link" : "picture", language);
      return { text: lineOf(said, MOST_LINE) || kind, isLink: false };
    }
    case "emoticon":
      return { text: `[${lineOf(value, MOST_LINE).replace(/^\[|\]$/g, "")}]`, isLink: false };
    case "tel":
      return { text: lineOf(value, MOST_LINE), isLink: false };
    default:
      return undefined;
  }
}

/** The first object from this place on. Each character is looked at a few times at most, whatever the text holds. */
function next(text: string, from: number): Found | undefined {
  for (let start = text.indexOf(START, from); start >= 0; start = text.indexOf(START, start + 1)) {
    const typeEnd = text.indexOf('"', start + START.length);
    if (typeEnd < 0) return undefined;
    if (!text.startsWith(VALUE, typeEnd + 1)) continue;
    const valueStart = typeEnd + 1 + VALUE.length;
    const valueEnd = text.indexOf('"', valueStart);
    if (valueEnd < 0) return undefined;
    const end = text.slice(valueEnd, valueEnd + MOST_OTHER).indexOf("]");
    if (end < 0) continue;
    const [type, value] = [text.slice(start + START.length, typeEnd), text.slice(valueStart, valueEnd)];
    return { type, value, start, end: valueEnd + end + 1 };
  }
  return undefined;
}
