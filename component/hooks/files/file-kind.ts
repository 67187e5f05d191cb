/** What a file of a post is to those who get it: its name, and a media type that nothing runs. */
import { cut, normalized } from "../../../storage/unicode.js";
import { imageFormatOf } from "../../image-format.js";
import type { PostedFile } from "../formats/format.js";
import { shortened } from "../formats/shortening.js";

/** The types that are kept beside pictures, none of which browsers run. Other files are only bytes. */
const KEPT = /^(?:audio|video)\/[\w.+-]{1,60}$|^(?:application\/(?:pdf|zip|gzip|json)|text\/(?:plain|csv))$/;
const BYTES = "application/octet-stream";
const MAX_NAME = 100;
/** How much of the name that a post gives is looked at, in UTF-16 units: its end, as paths end with the name. */
const MAX_GIVEN = 1024;

/**
 * Returns a file with a name that is a file name on all systems, and its type. Only bytes make a picture: a file that says
 * that it is one may be anything else.
 */
export function namedFile({ name: given, type: declared, bytes }: PostedFile): PostedFile {
  const image = imageFormatOf(bytes);
  const type = image?.type ?? (KEPT.test(declared) ? declared : BYTES);
  const plain = normalized(given.slice(-MAX_GIVEN), "NFC", MAX_GIVEN)
    .replace(/^.*[/\\]|[\u0000-\u001f\u007f"*:<>?|\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, "")
    .replace(/^[.\s]+/, "")
    .trimEnd();
  const name = plain === "" ? (image === undefined ? "file" : "picture") : nameWithin(plain);
  const hasEnding = image === undefined || new RegExp(`\\.(?:${image.ending}|jpe?g)$`, "i").test(name);
  return { name: hasEnding ? name : `${name}.${image.ending}`, type, bytes };
}

/** Shortens a name, and keeps its ending. */
function nameWithin(name: string): string {
  if (name.length <= MAX_NAME) return name;
  const [ending = ""] = /\.\w{1,8}$/.exec(name) ?? [];
  return `${cut(name, MAX_NAME - ending.length)}${ending}`;
}

/** Whether clients show a file of this type inside a message, and browsers may show it, too. */
export function isPicture(type: string): boolean {
  return /^image\/(?:png|jpeg|gif|webp)$/.test(type);
}

/** Returns a file's name and size, as a line of a message. */
export function fileLine({ name, type }: Pick<PostedFile, "name" | "type">, size: number): string {
  const text = size < 1024 ? `${size} B` : `${Math.ceil(size / 1024)} KiB`;
  return `📎 ${shortened(name || type || "file", MAX_NAME)}, ${text}`;
}
