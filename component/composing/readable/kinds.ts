/** Readers that turn the JSON of QTalk's message types into text. The numbers in the comments are values of msgType. */
import type { Reader, ReadableKind, Reading } from "./reading.js";
import { durationOf, sizeOf, toLine } from "./text.js";
import type { MessageFields } from "./fields.js";

/** Makes a reader of a file with a name, a length or a size. */
function media(
  kind: ReadableKind,
  urls: readonly string[],
  wordsOf: (fields: MessageFields) => (string | undefined)[],
  isInline = false,
): Reader {
  return (fields) => {
    const url = fields.url(...urls);
    const words = wordsOf(fields).filter(Boolean).join(" ");
    return url === undefined && words === "" ? undefined : { kind, words, url, isInline };
  };
}

/** Reads a picture (3, 30). */
export const picture = media(
  "picture",
  ["url", "HttpUrl", "FileUrl", "imgUrl"],
  (fields) => [fields.line("FileName")],
  true,
);

/** Reads a voice message (2). The text has its length, because clients show a URL alone without one. */
export const readVoice = media("voice", ["HttpUrl", "url"], (fields) => [durationOf(fields.line("Seconds"))]);

/** Reads a video (32). */
export const video = media(
  "video",
  ["FileUrl", "HttpUrl", "url"],
  (fields) => [fields.line("FileName"), durationOf(fields.line("Duration"))],
  true,
);

/** Reads a file (5). The text has its name and size, because clients show a URL alone as a button without a name. */
export const file = media("file", ["HttpUrl", "FileUrl", "url"], (fields) => [
  fields.line("FileName", "name"),
  sizeOf(fields.line("FileSize")),
]);

// Cards have a title, a short text and a link (256, 511, 512, 513, 666, 667, 888; 11 and 4096 with the fields in
// `data`).
const TITLE = ["title", "Title", "name"];
const WORDS = ["desc", "description", "intro", "content", "price"];
const CARD_LINK = ["linkurl", "url", "detailUrl", "webDtlUrl", "touchDtlUrl"];

export function card(kind: ReadableKind): Reader {
  return (fields, beside) => {
    const data = fields.inside("data");
    return read(kind, fields, beside) ?? (data && read(kind, data, beside));
  };
}

function read(kind: ReadableKind, fields: MessageFields, beside: string): Reading | undefined {
  const [title, words, url] = [fields.line(...TITLE), fields.text(WORDS), fields.url(...CARD_LINK)];
  if (title === "" && words === "" && url === undefined) return undefined;
  if (title !== "") return { kind, words: title, below: words, url };
  return words === "" ? { kind, words: beside, url } : { kind, words, url };
}

/** The maximum length of source code, in characters. */
const MAX_CODE_LENGTH = 8000;
const FENCE = "```";

/** Reads source code (64), which becomes a block of preformatted text (XEP-0393 §5.1.2). */
export const readCode: Reader = (fields) => {
  const text = fields.text(["Code"], MAX_CODE_LENGTH);
  if (text === "") return undefined;
  const below = text.includes(FENCE) ? text : [FENCE, text, FENCE].join("\n");
  return { kind: "code", words: fields.line("CodeType"), below };
};

// A location (16, 8192) has a place's name, address and coordinates (RFC 5870).
/** The name of the field for the address. QTalk's clients misspell it. */
const ADDRESS = "adress";

export const location: Reader = (fields) => {
  const parts = [fields.line("name"), fields.line(ADDRESS, "address")].filter((part) => part !== "");
  const [latitude, longitude] = [fields.number("latitude"), fields.number("longitude")];
  const isPlace = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  if (parts.length === 0 && !isPlace) return undefined;
  const url = isPlace ? `geo:${latitude.toFixed(6)},${longitude.toFixed(6)}` : undefined;
  return { kind: "location", words: [...new Set(parts)].join(" "), url };
};

// An invitation to a meeting (257) lists its details in `keyValues`, or in fields of any name.
const MAX_DETAILS = 12;
/** The maximum length of a detail's name, in characters. */
const MAX_NAME_LENGTH = 64;
const LINK = ["url", "linkurl"];
/** Fields that aren't shown. */
const UNSAID: ReadonlySet<string> = new Set([...LINK, "params", "type", "id", "keyValues", "title"]);

export const meeting: Reader = (fields, beside) => {
  const listed = fields.list("keyValues");
  const said = (listed.length > 0 ? listed : [fields]).flatMap(saidIn);
  const title = fields.line("title");
  const [first = "", ...rest] = [title === "" ? beside : title, ...said].filter((line) => line !== "");
  const url = fields.url(...LINK);
  if (said.length === 0 && title === "" && url === undefined) return undefined;
  return { kind: "meeting", words: first, below: rest.slice(0, MAX_DETAILS).join("\n"), url };
};

/** Returns lines such as `Time: three o'clock`. */
function saidIn(fields: MessageFields): string[] {
  return fields.names
    .filter((name) => !UNSAID.has(name))
    .slice(0, MAX_DETAILS)
    .flatMap((name) => {
      const value = fields.line(name);
      return value === "" ? [] : [`${toLine(name, MAX_NAME_LENGTH)}: ${value}`];
    });
}

/** Reads a system's announcement (134217728, 268435456): a title, a text or a list of titled texts, and a link. */
export const notice: Reader = (fields, beside) => {
  const title = fields.line("title");
  const list = fields.list("content").slice(0, MAX_DETAILS);
  const lines = list.map((each) =>
    [each.line("sub_title"), each.line("sub_content")].filter(Boolean).join(": "),
  );
  const text =
    lines.length > 0 ? lines.filter(Boolean).join("\n") : fields.text(["content", "prompt", "introduce"]);
  const url = fields.url("linkurl", "operation_url", "url");
  if (title === "" && text === "" && url === undefined) return undefined;
  return { kind: "notice", words: title === "" ? beside : title, below: text, url };
};
