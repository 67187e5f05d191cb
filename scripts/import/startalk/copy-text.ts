/** A COPY block in PostgreSQL's text format: tab-separated cells, `\N` for NULL, backslash escapes. */
import { isUtf8 } from "node:buffer";
import { ownProperty } from "../../../component/own-property.js";

const LETTERS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.)|$)/gsu;

/** Returns the cells of a line, NULL as an empty one; undefined if escaped bytes are invalid UTF-8. */
export function copyCells(line: string): readonly string[] | undefined {
  const raw = line.split("\t");
  if (!line.includes("\\")) return raw;
  const cells = raw.map((text) => (text === "\\N" ? "" : unescaped(text)));
  return cells.every((cell) => cell !== undefined) ? cells : undefined;
}

/** Undoes backslash escapes. An octal or hexadecimal escape stands for one byte of UTF-8. */
function unescaped(text: string): string | undefined {
  if (!text.includes("\\")) return text;
  const parts: Buffer[] = [];
  let last = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const [whole, octal, hex, letter = ""] = match;
    parts.push(Buffer.from(text.slice(last, match.index)));
    if (octal !== undefined) parts.push(Buffer.from([parseInt(octal, 8) & 0xff]));
    else if (hex !== undefined) parts.push(Buffer.from([parseInt(hex, 16)]));
    else parts.push(Buffer.from(ownProperty(LETTERS, letter) ?? letter));
    last = match.index + whole.length;
  }
  parts.push(Buffer.from(text.slice(last)));
  const bytes = Buffer.concat(parts);
  return isUtf8(bytes) ? bytes.toString() : undefined;
}
