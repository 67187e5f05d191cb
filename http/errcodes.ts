/** Errcodes: the HTTP status of an answer with each, and what it means. The answers, /docs, OpenAPI and the guide use it. */
import type { Translated } from "../component/language.js";
import { Errcode } from "../component/refusal.js";

export interface ErrcodeRow {
  /** The usual one first. Callers throw away what isn't HTTP 200: another means that nothing was accepted. */
  readonly status: readonly [number, ...number[]];
  readonly meaning: Translated;
}

/** By errcode; 0 is no error. */
export const ERRCODES: Readonly<Record<0 | Errcode, ErrcodeRow>> = {
  0: { status: [200], meaning: { en: "done", zh: "完成" } },
  [Errcode.request]: { status: [200, 408], meaning: { en: "the request is at fault", zh: "请求有误" } },
  [Errcode.forbidden]: { status: [200], meaning: { en: "the acting user may not", zh: "操作者没有权限" } },
  [Errcode.exists]: {
    status: [200],
    meaning: { en: "it exists already, under another owner", zh: "已经存在，而且属于别人" },
  },
  [Errcode.notFound]: { status: [200], meaning: { en: "no such room or user", zh: "没有这个群或用户" } },
  [Errcode.unavailable]: {
    status: [503],
    meaning: {
      en: "not now: the queue or memory is full, or storage failed; nothing was accepted",
      zh: "暂时不行：队列或内存已满，或存储失败；什么也没有接受",
    },
  },
  [Errcode.caller]: {
    status: [403, 401],
    meaning: { en: "the calling program may not", zh: "调用方没有权限" },
  },
  [Errcode.tooLong]: {
    status: [200],
    meaning: {
      en: "the text is longer than 64,000 bytes (send_http_message.qunar alone)",
      zh: "文本超过 64,000 字节（仅 send_http_message.qunar）",
    },
  },
};

const OR: Translated = { en: " or ", zh: " 或 " };

/** The table as documents show it: errcode, meaning, HTTP statuses. */
export function errcodeRows(
  language: keyof Translated,
): [errcode: string, meaning: string, status: string][] {
  return Object.entries(ERRCODES).map(([errcode, { status, meaning }]) => [
    errcode,
    meaning[language],
    [...status].sort().join(OR[language]),
  ]);
}
