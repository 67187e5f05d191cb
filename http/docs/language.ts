/** The texts that the pages at /docs share. */
import { inLanguage, type Language } from "../../component/translated.js";

const TEXTS = {
  calls: { en: "QTalk's HTTP interface", zh: "QTalk HTTP 接口" },
  search: { en: "Search", zh: "搜索" },
  nothing: { en: "Nothing found.", zh: "没有找到。" },
  other: { en: "中文", zh: "English" },
  warning: {
    en: "Requests from this page are real: they act as the user that the call names.",
    zh: "从本页发送的请求会真正执行，并以请求中所写用户的名义发出。",
  },
  token: { en: "Bearer token", zh: "Bearer 令牌" },
  field: { en: "field", zh: "参数" },
  meaning: { en: "meaning", zh: "说明" },
  required: { en: "required", zh: "必传" },
  send: { en: "Send", zh: "发送" },
  copy: { en: "Copy as curl", zh: "复制为 curl" },
  console: { en: "Console", zh: "控制台" },
  answer: { en: "Response", zh: "响应" },
  request: { en: "Request of", zh: "请求：" },
  document: { en: "OpenAPI document", zh: "OpenAPI 文档" },
  responses: { en: "About responses", zh: "响应的含义" },
  errcodes: { en: "Error codes", zh: "错误码" },
  contents: { en: "Contents", zh: "目录" },
  hooks: { en: "Recipes by program", zh: "各程序的设置" },
  alerts: { en: "Alerts", zh: "告警" },
  bots: { en: "Bots", zh: "机器人" },
  rooms: { en: "Rooms", zh: "群" },
  operating: { en: "Operating", zh: "安装与运维" },
  access: { en: "Who may do what", zh: "权限与安全" },
  qtalk: { en: "QTalk", zh: "QTalk" },
  development: { en: "Development", zh: "版本与开发" },
};

export function docTextsIn(language: Language): Record<keyof typeof TEXTS, string> {
  return inLanguage(TEXTS, language);
}
