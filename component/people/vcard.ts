/** Reads a user's name and picture from a vCard (XEP-0054). */
import type { Image } from "../../storage/vcard-store.js";
import { cut } from "../muc/wire/text.js";
import type { Element } from "../xml/builder.js";
import { parseImage } from "./avatar.js";

export interface Vcard {
  /** The full name, or else the nickname; undefined if the vCard contains neither. */
  readonly name: string | undefined;
  /** The URL of an external picture; "" if there is none. */
  readonly avatar: string;
  /** The embedded picture; undefined if there is none. */
  readonly image: Image | undefined;
}

const MOST_NAME = 256;
const MOST_URL = 2048;

/** Parses a vCard. @param mostBytes the maximum size of the picture, in bytes; a larger one is ignored */
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
  const short = cut(name, MOST_NAME).trim();
  return short === "" ? undefined : short;
}

/** Returns the URL if it is an http or https URL, otherwise "". */
function urlIn(text: string): string {
  const url = text.trim();
  return url.length <= MOST_URL && /^https?:\/\/[^\s"<>\\]+$/i.test(url) ? url : "";
}
