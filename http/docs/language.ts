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
    calls: "QTalk's HTTP interface",
    about: "Alerts, bots and QTalk's calls for any XMPP server",
    search: "Search",
    nothing: "Nothing found.",
    home: [
      [
        "/docs/hooks",
        "Send alerts into rooms",
        "Grafana, Alertmanager, GitHub, scripts and others post to a URL.",
      ],
      ["/docs/guide/bots", "Write a bot", "A program gets the messages of rooms, and replies."],
      [
        "/docs/calls",
        "Call QTalk's HTTP interface",
        "All calls with fields, examples, and a form to try them.",
      ],
      ["/docs/guide/setup", "Set up", "Configure ejabberd, Prosody or another server, and the component."],
      ["/docs/guide/operating", "Operate", "Log, metrics, queue, backup, upgrade."],
      ["/docs/guide/rooms", "Rooms", "What rooms offer to users of any XMPP client."],
    ],
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
    responses: "About responses",
    errcodes: "Error codes",
    contents: "Contents",
    hooks: "Hook formats",
    adminTitle: "Operations for administrators",
    adminText:
      "Every operation of the command line, for programs: a POST with the arguments as a JSON object and an operator's token, which `qtalk-component operator add NAME` prints. The paths exist where the console does (console.access).",
    groups: {
      programs: "For programs",
      setup: "Setup",
      running: "Operation",
      about: "About",
    },
  },
  zh: {
    calls: "QTalk HTTP 接口",
    about: "为任何 XMPP 服务器提供告警、机器人和 QTalk 接口",
    search: "搜索",
    nothing: "没有找到。",
    home: [
      ["/docs/hooks", "把告警发到群", "Grafana、Alertmanager、GitHub、脚本等向一个 URL 推送。"],
      ["/docs/guide/bots", "编写机器人", "程序接收群内消息并回复。"],
      ["/docs/calls", "调用 QTalk HTTP 接口", "所有接口的参数、示例，可当场试用。"],
      ["/docs/guide/setup", "安装与配置", "配置 ejabberd、Prosody 或其他服务器，以及组件。"],
      ["/docs/guide/operating", "运维", "日志、指标、队列、备份、升级。"],
      ["/docs/guide/rooms", "群", "群为各种 XMPP 客户端的用户提供的功能（英文）。"],
    ],
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
    responses: "返回值的含义",
    errcodes: "错误码",
    contents: "目录",
    hooks: "Webhook 格式",
    adminTitle: "管理操作",
    adminText:
      "命令行的所有操作也可供程序调用：用 POST 发送 JSON 对象形式的参数，并带上操作员令牌（由 qtalk-component operator add NAME 给出）。这些路径的开放范围与控制台相同（console.access）。",
    groups: {
      programs: "程序",
      setup: "安装与配置",
      running: "运行",
      about: "关于（英文）",
    },
  },
} as const;
