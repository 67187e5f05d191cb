/** The language of a page, and the pages' own words. */
import type { Language } from "../../component/language.js";

/** What a request asks for: `lang` in its query, else what the browser likes best. */
export function languageOf(query: string | undefined, accepted: string | undefined): Language {
  if (query === "zh" || query === "en") return query;
  return /^\s*zh\b/i.test(accepted ?? "") ? "zh" : "en";
}

/** The pages' own words. */
export const WORDS = {
  en: {
    title: "QTalk's HTTP interface",
    other: "中文",
    warning: "What is sent here is sent for real, in the name of whoever the call names.",
    token: "Bearer token",
    field: "field",
    meaning: "meaning",
    required: "required",
    send: "Send",
    copy: "Copy as curl",
    console: "Console",
    answer: "Answer",
    request: "Request of",
    document: "OpenAPI document",
    about: "What answers mean",
    errcodes: "Errors",
    contents: "Contents",
    hooks: "Trying hooks",
    groups: {
      programs: "For programs",
      setup: "Setting up",
      running: "In service",
      about: "About it",
    },
  },
  zh: {
    title: "QTalk HTTP 接口",
    other: "English",
    warning: "在此发送的请求会真正执行,并以请求中所写用户的名义发出。",
    token: "Bearer 令牌",
    field: "参数",
    meaning: "说明",
    required: "必传",
    send: "发送",
    copy: "复制为 curl",
    console: "控制台",
    answer: "返回值",
    request: "请求:",
    document: "OpenAPI 文档",
    about: "返回值的含义",
    errcodes: "错误码",
    contents: "目录",
    hooks: "试用 Hook",
    groups: {
      programs: "程序",
      setup: "安装与配置",
      running: "运行",
      about: "关于（英文）",
    },
  },
} as const;
