/** Reads a file line by line, with the offset of each, so that interrupted work can resume. */
import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";
import { asCaller } from "../folder-owner.js";

export interface Line {
  /** Without the line end; undefined if the bytes are invalid in the encoding. */
  readonly text: string | undefined;
  /** Offset in bytes of the next line. */
  readonly end: number;
}

const CHUNK = 1024 * 1024;
const NEWLINE = 10;
const RETURN = 13;

/** Converts a line's bytes to text. */
export type Decode = (bytes: Buffer) => string | undefined;

const utf8: Decode = (bytes) => (isUtf8(bytes) ? bytes.toString("utf8") : undefined);

/** A decoder for an encoding in which the byte 10 is always a line feed: UTF-8, GB 18030, Big5; not UTF-16. */
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

/** @param from the offset of a line's first byte */
export function* readLines(path: string, from = 0, decode: Decode = utf8): Generator<Line> {
  const file = asCaller(() => openSync(path, "r"));
  try {
    let rest = Buffer.alloc(0);
    let position = from;
    for (;;) {
      // A new buffer each time, as lines are slices of it.
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
    closeSync(file);
  }
}

function trimmed(bytes: Buffer, start: number, end: number): Buffer {
  return bytes.subarray(start, end > start && bytes[end - 1] === RETURN ? end - 1 : end);
}
