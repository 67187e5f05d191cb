/** What a message of one of QTalk's types says to a person, and how it is written. */
import type { Language, Translated } from "../../language.js";
import type { Fields } from "./fields.js";

/** What each kind is called. */
const KINDS = {
  picture: { en: "picture", zh: "图片" },
  voice: { en: "voice", zh: "语音" },
  video: { en: "video", zh: "视频" },
  file: { en: "file", zh: "文件" },
  location: { en: "location", zh: "位置" },
  link: { en: "link", zh: "链接" },
  contact: { en: "contact", zh: "名片" },
  product: { en: "product", zh: "产品" },
  activity: { en: "activity", zh: "活动" },
  meeting: { en: "meeting", zh: "会议" },
  notice: { en: "notice", zh: "通知" },
  code: { en: "code", zh: "代码" },
  redPacket: { en: "red packet", zh: "红包" },
  bill: { en: "shared bill", zh: "AA收款" },
} as const satisfies Readonly<Record<string, Translated>>;

export type Kind = keyof typeof KINDS;

export interface Reading {
  readonly kind: Kind;
  /** What stands beside the kind, on the same line. */
  readonly words: string;
  /** Further lines. */
  readonly below?: string | undefined;
  readonly url?: string | undefined;
  /** Whether the message is the file at the URL: clients show it inline if the body is the URL alone. */
  readonly isInline?: boolean;
}

/**
 * Reads a type's JSON; undefined if it has no text.
 * @param beside the text that came beside the JSON, or ""
 */
export type Reader = (fields: Fields, beside: string) => Reading | undefined;

/** What a person reads in a message's place. */
export interface Readable {
  readonly body: string;
  /** The file that the message is (XEP-0066), and the line that says so. */
  readonly file?: { readonly url: string; readonly description: string };
}

/** A kind in brackets. */
export function kindIn(kind: Kind, language: Language): string {
  return `[${KINDS[kind][language]}]`;
}

export function written(reading: Reading, language: Language): Readable {
  const { kind, words, below = "", url, isInline = false } = reading;
  const line = `${kindIn(kind, language)} ${words}`.trimEnd();
  if (isInline && url !== undefined) return { body: url, file: { url, description: line } };
  return { body: [line, below, url ?? ""].filter((part) => part !== "").join("\n") };
}
