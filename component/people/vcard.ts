/** Reads what a vCard (XEP-0054) says of a user's name and picture. */
import type { Image } from "../../storage/vcard-store.js";
import type { Element } from "../xml/builder.js";
import { readImage } from "./avatar.js";

export interface Vcard {
  /** Undefined where the vCard gives neither a full name nor a nickname. */
  readonly name: string | undefined;
  /** The URL of a picture that lies elsewhere, or "". */
  readonly avatar: string;
  /** A picture that the vCard holds itself. */
  readonly image: Image | undefined;
}

const MOST_NAME = 256;
const MOST_URL = 2048;

/** @param mostBytes the largest picture taken; a larger one counts as none */
export function readVcard(vcard: Element, mostBytes: number): Vcard {
  const photo = vcard.getChild("PHOTO");
  const binval = photo?.getChildText("BINVAL") ?? "";
  return {
    name: nameIn(vcard.getChildText("FN")) ?? nameIn(vcard.getChildText("NICKNAME")),
    avatar: urlIn(photo?.getChildText("EXTVAL") ?? ""),
    image: binval === "" ? undefined : readImage(binval, mostBytes),
  };
}

function nameIn(text: string | null | undefined): string | undefined {
  const name = (text ?? "").normalize("NFC").replace(/\s+/gu, " ").trim();
  // A pair of surrogates isn't cut in two.
  const short = name
    .slice(0, MOST_NAME)
    .replace(/[\ud800-\udbff]$/, "")
    .trim();
  return short === "" ? undefined : short;
}

/** Whatever a client is handed as a picture's address is one of the web's. */
function urlIn(text: string): string {
  const url = text.trim();
  return url.length <= MOST_URL && /^https?:\/\/[^\s"<>\\]+$/i.test(url) ? url : "";
}
