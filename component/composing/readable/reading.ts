/** The readable content of a message of one of QTalk's types, and how it becomes text. */
import type { Language, Translated } from "../../translated.js";
import type { MessageFields } from "./fields.js";

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

export type ReadableKind = keyof typeof KINDS;

export interface Reading {
  readonly kind: ReadableKind;
  /** The text that follows the kind, on the same line. */
  readonly words: string;
  readonly below?: string | undefined;
  readonly url?: string | undefined;
  /** Whether the body becomes the URL alone, because clients then show the file inline. */
  readonly isInline?: boolean;
}

/** Parses the JSON of a message type; undefined if nothing is readable. `beside` is the text outside the JSON, or "". */
export type Reader = (fields: MessageFields, beside: string) => Reading | undefined;

/** The readable replacement of a body. */
export interface Readable {
  readonly body: string;
  /** The file that the message consists of (XEP-0066), and a line that describes it. */
  readonly file?: { readonly url: string; readonly description: string };
}

export function kindIn(kind: ReadableKind, language: Language): string {
  return `[${KINDS[kind][language]}]`;
}

/** Makes the body the file's URL alone, because clients then show the file inline. */
export function fileAlone(url: string, description: string): Readable {
  return { body: url, file: { url, description } };
}

export function written(reading: Reading, language: Language): Readable {
  const { kind, words, below = "", url, isInline = false } = reading;
  const line = `${kindIn(kind, language)} ${words}`.trimEnd();
  if (isInline && url !== undefined) return fileAlone(url, line);
  return { body: [line, below, url ?? ""].filter((part) => part !== "").join("\n") };
}
