/** Reads a file line by line, with the offset of each line. */
import { isUtf8 } from "node:buffer";
import { readSync } from "node:fs";
import { closeInput, openInput } from "../inherited-files.js";

export interface Line {
  /** The line without its line end; undefined if its bytes are invalid in the encoding. */
  readonly text: string | undefined;
  /** The offset of the next line, in bytes. */
  readonly end: number;
}

const CHUNK = 1024 * 1024;
const NEWLINE = 10;
const RETURN = 13;

/** Converts a line's bytes to text; returns undefined for a line to skip or with invalid bytes. */
export type Decode = (bytes: Buffer) => string | undefined;

const utf8: Decode = (bytes) => (isUtf8(bytes) ? bytes.toString("utf8") : undefined);

/** Returns a decoder. Byte 10 must always be a line feed, as in GB 18030 and Big5, but not in UTF-16. */
export function decoderOf(encoding: string): Decode {
  if (encoding === "utf-8") return utf8;
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
}

/** Reads the lines of a file. @param from the offset at which to begin, in bytes: the start of a line */
export function* readLines(path: string, from = 0, decode: Decode = utf8): Generator<Line> {
  const file = openInput(path);
  try {
    let rest = Buffer.alloc(0);
    let position = from;
    for (;;) {
      // Each chunk has a buffer of its own, because the lines share the buffer's memory.
      const chunk = Buffer.allocUnsafe(CHUNK);
      const read = readSync(file, chunk, 0, CHUNK, position + rest.length);
      if (read === 0) break;
      const bytes =
        rest.length === 0 ? chunk.subarray(0, read) : Buffer.concat([rest, chunk.subarray(0, read)]);
      let start = 0;
      // The rest of the previous chunk contains no line end.
      let end = bytes.indexOf(NEWLINE, rest.length);
      while (end >= 0) {
        yield { text: decode(trimmed(bytes, start, end)), end: position + end + 1 };
        start = end + 1;
        end = bytes.indexOf(NEWLINE, start);
      }
      rest = bytes.subarray(start);
      position += start;
    }
    if (rest.length > 0) yield { text: decode(trimmed(rest, 0, rest.length)), end: position + rest.length };
  } finally {
    closeInput(path, file);
  }
}

function trimmed(bytes: Buffer, start: number, end: number): Buffer {
  return bytes.subarray(start, end > start && bytes[end - 1] === RETURN ? end - 1 : end);
}
