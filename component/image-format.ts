/** Finds the format of a picture by its bytes. Formats that browsers may run, such as SVG, are none. */

export interface ImageFormat {
  /** The media type. */
  readonly type: string;
  /** The ending of file names, without the dot. */
  readonly ending: string;
  matches(bytes: Buffer): boolean;
}

const startsWith = (bytes: Buffer, signature: string, at = 0): boolean =>
  bytes.subarray(at, at + signature.length).equals(Buffer.from(signature, "latin1"));

export const IMAGE_FORMATS: readonly ImageFormat[] = [
  { type: "image/png", ending: "png", matches: (b) => startsWith(b, "\x89PNG\r\n\x1a\n") },
  { type: "image/jpeg", ending: "jpg", matches: (b) => startsWith(b, "\xff\xd8\xff") },
  { type: "image/gif", ending: "gif", matches: (b) => startsWith(b, "GIF87a") || startsWith(b, "GIF89a") },
  {
    type: "image/webp",
    ending: "webp",
    matches: (b) => startsWith(b, "RIFF") && startsWith(b, "WEBP", 8),
  },
];

/** Returns the format of a picture; undefined if the bytes are none. */
export function imageFormatOf(bytes: Buffer): ImageFormat | undefined {
  return IMAGE_FORMATS.find((format) => format.matches(bytes));
}
