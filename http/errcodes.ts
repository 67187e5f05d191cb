/** The table of errcodes with HTTP statuses and meanings, for responses, /docs, OpenAPI and the guide. */
import type { Translated } from "../component/translated.js";
import { Errcode } from "../component/refusal.js";

export interface ErrcodeRow {
  /** The HTTP statuses, the usual one first. A status other than 200 means that nothing was accepted. */
  readonly status: readonly [number, ...number[]];
  readonly meaning: Translated;
}

/** The rows by errcode; 0 means success. */
export const ERRCODES: Readonly<Record<0 | Errcode, ErrcodeRow>> = {
  0: { status: [200], meaning: { en: "done", zh: "完成" } },
  [Errcode.request]: {
    status: [200, 408],
    meaning: {
      en: "the request is invalid or too slow, or its messages are dead letters",
      zh: "请求有误或发送过慢，或其消息已成为死信",
    },
  },
  [Errcode.forbidden]: {
    status: [200],
    meaning: {
      en: "the acting user, such as muc_owner, isn't permitted",
      zh: "执行操作的用户（如 muc_owner）没有权限",
    },
  },
  [Errcode.exists]: {
    status: [200],
    meaning: { en: "the room already exists, with another owner", zh: "群已存在，且属于其他群主" },
  },
  [Errcode.notFound]: {
    status: [200],
    meaning: { en: "the room or user doesn't exist", zh: "群或用户不存在" },
  },
  [Errcode.unavailable]: {
    status: [503, 200],
    meaning: {
      en: "temporarily unavailable: rate limit, queue or memory full, or storage failed; nothing was accepted (HTTP 200: the other items were)",
      zh: "暂时不可用：超过速率限制、队列或内存已满，或存储失败；请求未被接受（HTTP 200：其他各项已被接受）",
    },
  },
  [Errcode.caller]: {
    status: [403, 401],
    meaning: { en: "the caller isn't permitted", zh: "调用方没有权限" },
  },
  [Errcode.tooLong]: {
    status: [200],
    meaning: {
      en: "the text is longer than 64,000 bytes (only send_http_message.qunar)",
      zh: "文本超过 64,000 字节（仅 send_http_message.qunar）",
    },
  },
};

/** The errcodes of some of QTalk's calls that are texts. */
export const TEXT_ERRCODES: Readonly<Record<"0" | "-1", ErrcodeRow>> = {
  "0": {
    status: [200],
    meaning: {
      en: "done (as text: only send_notice_vcard and the calls under management/)",
      zh: "完成（文本；仅 send_notice_vcard 和 management/ 下的调用）",
    },
  },
  "-1": {
    status: [200],
    meaning: {
      en: "the room doesn't exist (as text: only the calls under management/)",
      zh: "群不存在（文本；仅 management/ 下的调用）",
    },
  },
};

export function errcodeNameOf(errcode: number): keyof typeof Errcode {
  const kinds = Object.keys(Errcode) as (keyof typeof Errcode)[];
  return kinds.find((kind) => Errcode[kind] === errcode) ?? "unavailable";
}

const OR: Translated = { en: " or ", zh: " 或 " };

export function errcodeRows(
  language: keyof Translated,
): [errcode: string, meaning: string, status: string][] {
  const texts = Object.entries(TEXT_ERRCODES).map(([errcode, row]) => [`"${errcode}"`, row] as const);
  return [...Object.entries(ERRCODES), ...texts].map(([errcode, { status, meaning }]) => [
    errcode,
    meaning[language],
    [...status].sort().join(OR[language]),
  ]);
}
