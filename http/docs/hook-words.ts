/** What the pages of hooks say of each format, in both languages. */
import type { Language } from "../../component/language.js";

export interface FormatWords {
  /** What it is called. */
  readonly title: string;
  /** Who posts it. */
  readonly about: string;
  /** Where its program wants the hook's address. */
  readonly where: string;
  /** What becomes of it. */
  readonly becomes: string;
}

/** Commands that make a hook of a format, by its name. */
export const COMMANDS: Readonly<Record<string, string>> = {
  slack: "qtalk-component hook add builds --to ops --format slack --title Builds",
  alertmanager: "qtalk-component hook add alerts --to ops --format alertmanager --title Alerts --update",
  grafana: "qtalk-component hook add grafana --to ops --format grafana --title Grafana",
  github: "qtalk-component hook add forge --to dev --format github --title Git --signed",
  text: "qtalk-component hook add backup --to ops --format text --title Backup",
  template: "qtalk-component hook add backup --to ops --format template --template FILE",
};

/** What is put into a program's configuration, where that is a text. */
export const SETTINGS: Readonly<Record<string, string>> = {
  alertmanager: `receivers:
  - name: chat
    webhook_configs:
      - url: ADDRESS`,
  text: `curl -H "Content-Type: text/plain" --data-binary "Backup finished" ADDRESS
curl --data-urlencode "text=Backup finished" ADDRESS`,
};

/** A template as an operator would write it for the sample of its format. */
export const OWN_TEMPLATE = "Backup of {{ payload.host }}: {{ payload.seconds }} s\n";

export const FORMAT_WORDS: Readonly<Record<Language, Readonly<Record<string, FormatWords>>>> = {
  en: {
    slack: {
      title: "Slack's incoming webhook",
      about:
        "JSON with text, blocks or attachments, or the same as a form's field payload: Gitea, GitLab, Jenkins, Grafana, Uptime Kuma and very many others can post it.",
      where: "Give the hook's address wherever a program asks for the URL of a Slack webhook.",
      becomes:
        "The text with its marks as chat clients know them, a link as its label with the URL after it. Where there are blocks, they take the text's place; below come attachments with their title, text, fields and buttons. It is answered as Slack answers, by its names and status codes.",
    },
    alertmanager: {
      title: "Alertmanager",
      about: "Its webhook, version 4 of the payload.",
      where: "A receiver with webhook_configs, and the hook's address as url:",
      becomes:
        "A message for a group of alerts: how many fire and how many are resolved, the labels that all of them have, then each alert with those in which it differs, and its links. With --update, a group that is resolved corrects the message that said it fires (XEP-0308). Too many posts are answered with 503, as it posts again after that alone.",
    },
    grafana: {
      title: "Grafana",
      about: "Its webhook: that of the alerting of today, and that of before version 9.",
      where:
        "Alerting, Contact points, a new one with the integration Webhook, and the hook's address as URL.",
      becomes:
        "A message as for Alertmanager, with what was measured, links to the panel and to silence the alert, and its picture where there is one.",
    },
    github: {
      title: "GitHub, Gitea, Forgejo",
      about: "Their events, each known by the header X-GitHub-Event, X-Gitea-Event or X-Forgejo-Event.",
      where:
        "The repository's or the organisation's settings, Webhooks, a new one of the forge's own kind, the hook's address as its URL. With --signed, the key that was printed goes into the field Secret, and what isn't signed with it is refused.",
      becomes:
        "A line for a push (and one for each of its last commits), a pull request, review, issue, comment, release, run or status; other events by name.",
    },
    text: {
      title: "Text",
      about:
        "A plain text, a form's field text, or JSON or a form with message and perhaps title, as Apprise, Gotify and Shoutrrr post it.",
      where: "From a script:",
      becomes: "The text as it stands, below its title. With --format text, JSON is a text, too.",
    },
    template: {
      title: "Any JSON, by a template",
      about: "JSON of any program, worded by a template of the hook's own.",
      where: "Wherever the program wants the URL that it is to post to.",
      becomes: `What the template makes of it; here of ${OWN_TEMPLATE.trim()}. Faults are answered with the template's line.`,
    },
  },
  zh: {
    slack: {
      title: "Slack 的 Incoming Webhook",
      about:
        "含有 text、blocks 或 attachments 的 JSON,也可以放在表单的 payload 字段里:Gitea、GitLab、Jenkins、Grafana、Uptime Kuma 等许多程序都能发送。",
      where: "程序要填 Slack Webhook 的 URL 时,填 Hook 地址即可。",
      becomes:
        "文本及其标记按聊天客户端的写法显示,链接显示为文字,后跟网址。有 blocks 时取代 text;随后是各 attachment 的标题、文本、字段和按钮。返回值与 Slack 相同,包括错误名和状态码。",
    },
    alertmanager: {
      title: "Alertmanager",
      about: "它的 Webhook,请求格式第 4 版。",
      where: "在接收者的 webhook_configs 中,把 Hook 地址填作 url:",
      becomes:
        "每组告警一条消息:触发和恢复各有多少,共有的标签,然后逐条列出告警各自不同的标签和链接。使用 --update 时,恢复的一组会更正原来的触发消息(XEP-0308)。请求过多时返回 503,因为它只在这时才会重发。",
    },
    grafana: {
      title: "Grafana",
      about: "它的 Webhook:现在的告警格式,以及第 9 版以前的格式。",
      where: "Alerting → Contact points → 新建,类型选 Webhook,URL 填 Hook 地址。",
      becomes: "与 Alertmanager 相同的消息,另有测量值、面板链接、静默链接,以及图片(若有)。",
    },
    github: {
      title: "GitHub、Gitea、Forgejo",
      about: "它们的事件,由请求头 X-GitHub-Event、X-Gitea-Event 或 X-Forgejo-Event 识别。",
      where:
        "在仓库或组织的设置中新建该平台自己的 Webhook,URL 填 Hook 地址。使用 --signed 时,把显示的密钥填入 Secret,未用它签名的请求会被拒绝。",
      becomes:
        "推送(及其最后几次提交)、合并请求、评审、议题、评论、发布、运行或状态各一行;其他事件写出名称。",
    },
    text: {
      title: "文本",
      about:
        "纯文本、表单的 text 字段,或含有 message(可有 title)的 JSON 或表单,如 Apprise、Gotify、Shoutrrr 所发。",
      where: "在脚本中:",
      becomes: "原文,标题在其上方。使用 --format text 时,JSON 也当作文本。",
    },
    template: {
      title: "任意 JSON,用模板",
      about: "任何程序的 JSON,由 Hook 自己的模板写成文字。",
      where: "程序要填接收请求的 URL 的地方。",
      becomes: `模板生成的内容;此处的模板是 ${OWN_TEMPLATE.trim()}。出错时返回模板的行号。`,
    },
  },
};
