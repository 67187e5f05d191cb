/** Reads a user's name and picture from a vCard (XEP-0054). */
import { hash } from "node:crypto";
import { cut, normalized } from "../../storage/unicode.js";
import type { Image } from "../../storage/vcard-store.js";
import { IMAGE_FORMATS, imageFormatOf } from "../image-format.js";
import type { Element } from "../xml/builder.js";

export interface Vcard {
  /** The full name, or else the nickname; undefined if the vCard contains neither. */
  readonly name: string | undefined;
  /** The URL of an external picture; "" if there is none. */
  readonly avatar: string;
  /** The embedded picture; undefined if there is none. */
  readonly image: Image | undefined;
}

const MAX_NAME_LENGTH = 256;
const MAX_URL_LENGTH = 2048;

/** Parses a vCard. @param maxBytes the maximum size of the picture, in bytes; a larger one is ignored */
export function parseVcard(vcard: Element, maxBytes: number): Vcard {
  const photo = vcard.getChild("PHOTO");
  const binval = photo?.getChildText("BINVAL") ?? "";
  return {
    name: nameIn(vcard.getChildText("FN")) ?? nameIn(vcard.getChildText("NICKNAME")),
    avatar: urlIn(photo?.getChildText("EXTVAL") ?? ""),
    image: binval === "" ? undefined : parseImage(binval, maxBytes),
  };
}

function nameIn(text: string | null | undefined): string | undefined {
  const name = normalized(text ?? "", "NFC", 4 * MAX_NAME_LENGTH)
    .replace(/\s+/gu, " ")
    .trim();
  const short = cut(name, MAX_NAME_LENGTH).trim();
  return short === "" ? undefined : short;
}

/** Returns the URL if it is an http or https URL, otherwise "". */
function urlIn(text: string): string {
  const url = text.trim();
  return url.length <= MAX_URL_LENGTH && /^https?:\/\/[^\s"<>\\]+$/i.test(url) ? url : "";
}

/** Matches the file names that parseImage gives to images. */
export const IMAGE_NAME = new RegExp(
  `^[0-9a-f]{64}\\.(?:${IMAGE_FORMATS.map(({ ending }) => ending).join("|")})$`,
);

/** Parses a vCard's BINVAL (XEP-0054); undefined if it has more than `most` bytes or an unknown format. */
export function parseImage(base64: string, most: number): Image | undefined {
  // The base64 text may contain line breaks, so it may be longer than the image requires.
  if ((base64.length / 4) * 3 > most + 1024) return undefined;
  const bytes = Buffer.from(base64, "base64");
  const format = bytes.length > most ? undefined : imageFormatOf(bytes);
  if (format === undefined) return undefined;
  return { name: `${hash("sha256", bytes)}.${format.ending}`, type: format.type, bytes };
}
