/** What errcode says, for the page of the calls; the guide's table is the same. */
import { Errcode } from "../../component/refusal.js";
import type { Language } from "./language.js";

export interface ErrcodeMeaning {
  readonly meaning: string;
  /** The status of the answer. */
  readonly status: string;
}

/** By errcode; 0 is no error. */
export const ERRCODES: Readonly<Record<Language, Readonly<Record<0 | Errcode, ErrcodeMeaning>>>> = {
  en: {
    0: { meaning: "done", status: "200" },
    [Errcode.request]: { meaning: "the request is at fault", status: "200" },
    [Errcode.forbidden]: { meaning: "the acting user may not", status: "200" },
    [Errcode.exists]: { meaning: "it exists already, under another owner", status: "200" },
    [Errcode.notFound]: { meaning: "no such room or user", status: "200" },
    [Errcode.unavailable]: {
      meaning: "not now: the queue or memory is full, or storage failed; nothing was accepted",
      status: "503",
    },
    [Errcode.caller]: { meaning: "the calling program may not", status: "401 or 403" },
    [Errcode.tooLong]: {
      meaning: "the text is longer than 64,000 bytes (send_http_message.qunar alone)",
      status: "200",
    },
  },
  zh: {
    0: { meaning: "完成", status: "200" },
    [Errcode.request]: { meaning: "请求有误", status: "200" },
    [Errcode.forbidden]: { meaning: "操作者没有权限", status: "200" },
    [Errcode.exists]: { meaning: "已经存在,而且属于别人", status: "200" },
    [Errcode.notFound]: { meaning: "没有这个群或用户", status: "200" },
    [Errcode.unavailable]: {
      meaning: "暂时不行:队列或内存已满,或存储失败;什么也没有接受",
      status: "503",
    },
    [Errcode.caller]: { meaning: "调用方没有权限", status: "401 或 403" },
    [Errcode.tooLong]: { meaning: "文本超过 64,000 字节(仅 send_http_message.qunar)", status: "200" },
  },
};
