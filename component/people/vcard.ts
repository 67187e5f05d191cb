/** Parses a user's name and picture in a vCard (XEP-0054). */
import type { Image } from "../../storage/vcard-store.js";
import type { Element } from "../xml/builder.js";
import { parseImage } from "./avatar.js";

export interface Vcard {
  /** Undefined if the vCard has neither a full name nor a nickname. */
  readonly name: string | undefined;
  /** The URL of an external picture, or "". */
  readonly avatar: string;
  /** An embedded picture. */
  readonly image: Image | undefined;
}

const MOST_NAME = 256;
const MOST_URL = 2048;

/** Parses a vCard. @param mostBytes the largest picture; larger ones are ignored */
export function parseVcard(vcard: Element, mostBytes: number): Vcard {
  const photo = vcard.getChild("PHOTO");
  const binval = photo?.getChildText("BINVAL") ?? "";
  return {
    name: nameIn(vcard.getChildText("FN")) ?? nameIn(vcard.getChildText("NICKNAME")),
    avatar: urlIn(photo?.getChildText("EXTVAL") ?? ""),
    image: binval === "" ? undefined : parseImage(binval, mostBytes),
  };
}

function nameIn(text: string | null | undefined): string | undefined {
  const name = (text ?? "").normalize("NFC").replace(/\s+/gu, " ").trim();
  // A surrogate pair isn't split.
  const short = name
    .slice(0, MOST_NAME)
    .replace(/[\ud800-\udbff]$/, "")
    .trim();
  return short === "" ? undefined : short;
}

/** The URL if it is of http or https, otherwise "". */
function urlIn(text: string): string {
  const url = text.trim();
  return url.length <= MOST_URL && /^https?:\/\/[^\s"<>\\]+$/i.test(url) ? url : "";
}
