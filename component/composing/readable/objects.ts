/** Replaces known objects inside text, `[obj type="image" value="URL" width=1 height=2]`, by URLs and texts. */
import type { Language } from "../../translated.js";
import { fileAlone, kindIn, type Readable } from "./reading.js";
import { toLine, completeUrl } from "./text.js";

/** The start of every object: a text without it needs no replacement. */
export const MARK = "[obj ";

/** Matches an object with its type and value. The text is untrusted: quotes limit how far each attempt goes. */
const OBJECT = /\[obj type="([^"]*)" value="([^"]*)"[^\]]{0,200}\]/g;
const MAX_VALUE_LENGTH = 256;
/** Marks both ends of a link in a text. XML has no such character. */
const EDGE = "\0";

interface Where {
  readonly base: string | undefined;
  readonly language: Language;
}

/** Returns the text with its objects replaced; undefined if the text contains no known object. */
export function withoutObjects(text: string, where: Where): Readable | undefined {
  const [whole, type, value = ""] = [...text.matchAll(OBJECT)][0] ?? [];
  const url = whole === text.trim() && type === "image" ? completeUrl(value, where.base) : undefined;
  if (url !== undefined) return fileAlone(url, kindIn("picture", where.language));
  const body = text.replace(
    OBJECT,
    (object, type: string, value: string) => show(type, value, where) ?? object,
  );
  // White space separates links from other text.
  return body === text ? undefined : { body: body.replace(BETWEEN, " ").replaceAll(EDGE, "") };
}

/** Matches the edges of links between characters that aren't white space. */
const BETWEEN = /(?<=[^\s\0])\0+(?=[^\s\0])/g;

/** Returns the text that replaces an object; undefined if its type isn't known. */
function show(type: string, value: string, { base, language }: Where): string | undefined {
  switch (type) {
    case "image":
    case "url": {
      const url = completeUrl(value, base);
      if (url !== undefined) return EDGE + url + EDGE;
      // A URL without a scheme, such as example.org, is shown as text, because users understand it.
      const said = type === "url" && /^[\w-]/.test(value) && !value.includes(":") ? value : "";
      return toLine(said, MAX_VALUE_LENGTH) || kindIn(type === "url" ? "link" : "picture", language);
    }
    case "emoticon":
      // QTalk's names begin with a slash: [/smile].
      return `[${toLine(value, MAX_VALUE_LENGTH).replace(/^\[?\/?|\]$/g, "")}]`;
    case "tel":
      return toLine(value, MAX_VALUE_LENGTH);
    default:
      return undefined;
  }
}
