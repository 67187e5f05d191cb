/** Turns JSON and `[obj …]` in QTalk's messages into text; the mirror keeps the original (attribute-mirror.ts). */
import type { MessagesConfig } from "../../config.js";
import type { Element } from "../../xml/builder.js";
import { MessageFields } from "./fields.js";
import { picture, video, readVoice, card, readCode, file, location, meeting, notice } from "./kinds.js";
import { MARK, withoutObjects } from "./objects.js";
import { fileAlone, kindIn, written, type Readable, type Reader } from "./reading.js";
import { toLine, completeUrl } from "./text.js";

const READERS: ReadonlyMap<string, Reader> = new Map([
  ["2", readVoice],
  ["3", picture],
  ["5", file],
  ["11", card("product")],
  ["16", location],
  ["30", picture],
  ["32", video],
  ["64", readCode],
  ["256", card("contact")],
  ["257", meeting],
  ["511", card("activity")],
  ["512", card("redPacket")],
  ["513", card("bill")],
  ["666", card("link")],
  ["667", card("link")],
  ["888", card("product")],
  ["4096", card("product")],
  ["8192", location],
  ["134217728", notice],
  ["268435456", notice],
]);

/** The maximum length of a body that is made readable, in characters. The mirror repeats such a body. */
const MAX_BODY_LENGTH = 16 * 1024;
/** Matches a text that is one picture's URL. Clients show such a picture if the message also refers to it (XEP-0066). */
const PICTURE = /^\s*https?:\/\/[^\s?#]+\.(?:png|jpe?g|gif|webp)(?:[?#]\S*)?\s*$/i;
/** The maximum length of the text outside the JSON, in characters; the rest isn't shown. */
const MAX_BESIDE_LENGTH = 256;

/** Returns the readable body; undefined if the body should be sent unchanged. */
export function readable(body: Element, config: MessagesConfig): Readable | undefined {
  const { msgType = "1", extendInfo = "" } = body.attrs;
  const reader = msgType === "1" ? undefined : READERS.get(msgType);
  const text = body.getText();
  const hasObjects = text.includes(MARK);
  if (config.readable === "off" || text.length > MAX_BODY_LENGTH) return undefined;
  const isPicture = msgType === "1" && PICTURE.test(text);
  if (reader === undefined && !hasObjects && !isPicture) return undefined;
  if (body.getChildElements().length > 0) return undefined;
  const { file_url: base, language } = config;
  const url = isPicture ? completeUrl(text, undefined) : undefined;
  if (url !== undefined) return fileAlone(url, kindIn("picture", language));
  if (reader !== undefined) {
    const inBody = MessageFields.read(text, base);
    const fields = inBody ?? MessageFields.read(extendInfo, base);
    const beside = inBody === undefined && !hasObjects ? toLine(text, MAX_BESIDE_LENGTH) : "";
    const reading = fields && reader(fields, beside);
    if (reading !== undefined) return written(reading, language);
  }
  return hasObjects ? withoutObjects(text, { base, language }) : undefined;
}
