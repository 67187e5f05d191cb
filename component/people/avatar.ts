/** Parses avatars in vCards. The bytes determine the format. Formats that browsers may run, such as SVG, are refused. */
import { hash } from "node:crypto";
import type { Image } from "../../storage/vcard-store.js";

interface Format {
  readonly type: string;
  readonly ending: string;
  matches(bytes: Buffer): boolean;
}

const startsWith = (bytes: Buffer, signature: string, at = 0): boolean =>
  bytes.subarray(at, at + signature.length).equals(Buffer.from(signature, "latin1"));

const FORMATS: readonly Format[] = [
  { type: "image/png", ending: "png", matches: (b) => startsWith(b, "\x89PNG\r\n\x1a\n") },
  { type: "image/jpeg", ending: "jpg", matches: (b) => startsWith(b, "\xff\xd8\xff") },
  { type: "image/gif", ending: "gif", matches: (b) => startsWith(b, "GIF87a") || startsWith(b, "GIF89a") },
  {
    type: "image/webp",
    ending: "webp",
    matches: (b) => startsWith(b, "RIFF") && startsWith(b, "WEBP", 8),
  },
];

/** Matches the file names that parseImage gives to images. */
export const IMAGE_NAME = new RegExp(`^[0-9a-f]{64}\\.(?:${FORMATS.map((f) => f.ending).join("|")})$`);

/** Parses a vCard's BINVAL (XEP-0054); undefined if it has more than `most` bytes or an unknown format. */
export function parseImage(base64: string, most: number): Image | undefined {
  // The base64 text may contain line breaks, so it may be longer than the image requires.
  if ((base64.length / 4) * 3 > most + 1024) return undefined;
  const bytes = Buffer.from(base64, "base64");
  const format = bytes.length > most ? undefined : FORMATS.find((format) => format.matches(bytes));
  if (format === undefined) return undefined;
  return { name: `${hash("sha256", bytes)}.${format.ending}`, type: format.type, bytes };
}
