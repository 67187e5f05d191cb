import type { Language } from "../../component/translated.js";

/**
 * Returns the language for a request: the query's `lang`, otherwise the browser's preferred language.
 * @param query the value of `lang`
 * @param accepted the header Accept-Language
 */
export function languageOf(query: string | undefined, accepted: string | undefined): Language {
  if (query === "zh" || query === "en") return query;
  return /^\s*zh\b/i.test(accepted ?? "") ? "zh" : "en";
}

/** The texts that the pages at /docs share. */
export const TEXTS = {
  en: {
    title: "QTalk's HTTP interface",
    other: "中文",
    warning: "Requests from this page are real: they act as the user that the call names.",
    token: "Bearer token",
    field: "field",
    meaning: "meaning",
    required: "required",
    send: "Send",
    copy: "Copy as curl",
    console: "Console",
    answer: "Response",
    request: "Request of",
    document: "OpenAPI document",
    about: "About responses",
    errcodes: "Error codes",
    contents: "Contents",
    hooks: "Hook formats",
    groups: {
      programs: "For programs",
      setup: "Setup",
      running: "Operation",
      about: "About",
    },
  },
  zh: {
    title: "QTalk HTTP 接口",
    other: "English",
    warning: "从本页发送的请求会真正执行，并以请求中所写用户的名义发出。",
    token: "Bearer 令牌",
    field: "参数",
    meaning: "说明",
    required: "必传",
    send: "发送",
    copy: "复制为 curl",
    console: "控制台",
    answer: "返回值",
    request: "请求：",
    document: "OpenAPI 文档",
    about: "返回值的含义",
    errcodes: "错误码",
    contents: "目录",
    hooks: "Webhook 格式",
    groups: {
      programs: "程序",
      setup: "安装与配置",
      running: "运行",
      about: "关于（英文）",
    },
  },
} as const;
