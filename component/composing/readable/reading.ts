/** What a message of one of QTalk's types says to a person, and how it is written. */
import type { Fields } from "./fields.js";

/** What something is called, in English and in Chinese. */
const KINDS = {
  picture: ["picture", "图片"],
  voice: ["voice", "语音"],
  video: ["video", "视频"],
  file: ["file", "文件"],
  location: ["location", "位置"],
  link: ["link", "链接"],
  contact: ["contact", "名片"],
  product: ["product", "产品"],
  activity: ["activity", "活动"],
  meeting: ["meeting", "会议"],
  notice: ["notice", "通知"],
  code: ["code", "代码"],
  redPacket: ["red packet", "红包"],
  bill: ["shared bill", "AA收款"],
} as const;

export type Kind = keyof typeof KINDS;

export interface Reading {
  readonly kind: Kind;
  /** What stands beside the kind, on the same line. */
  readonly words: string;
  /** Further lines. */
  readonly below?: string | undefined;
  readonly url?: string | undefined;
  /** Whether the message is what lies at the URL: clients show it inline where the body is the URL and no more. */
  readonly isInline?: boolean;
}

/**
 * Reads a type's JSON; undefined where it says nothing.
 * @param beside the text that came beside the JSON, or ""
 */
export type Reader = (fields: Fields, beside: string) => Reading | undefined;

/** What a person reads in a message's place. */
export interface Readable {
  readonly body: string;
  /** The file that the message is (XEP-0066), and the line that says so. */
  readonly file?: { readonly url: string; readonly description: string };
}

const HAN = /\p{Script=Han}/u;

/** A kind in brackets: in Chinese where the text that goes with it is, or where the message says that it is. */
export function kindIn(kind: Kind, text: string, language: string | undefined): string {
  const isChinese = HAN.test(text) || language?.toLowerCase().startsWith("zh") === true;
  return `[${KINDS[kind][isChinese ? 1 : 0]}]`;
}

export function written(reading: Reading, language: string | undefined): Readable {
  const { kind, words, below = "", url, isInline = false } = reading;
  const line = `${kindIn(kind, words + below, language)} ${words}`.trimEnd();
  if (isInline && url !== undefined) return { body: url, file: { url, description: line } };
  return { body: [line, below, url ?? ""].filter((part) => part !== "").join("\n") };
}
