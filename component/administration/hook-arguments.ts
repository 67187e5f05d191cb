/** The arguments of operations that create or change webhooks. */
import { z } from "zod";
import { AUTO, FORMAT_NAMES } from "../hooks/formats/formats.js";
import { EVENT_KINDS, FORMS } from "../hooks/outgoing/outgoing-webhook.js";
import { word } from "./fields.js";

/** How the messages about an alert follow its changes. */
function switched<S extends z.ZodType>(schema: S, name: "update" | "announce_resolved"): S {
  return name === "update"
    ? word(
        schema,
        "correct an alert's message when the alert changes, instead of sending another",
        "告警变化时更正原消息，而不是再发一条",
      )
    : word(
        schema,
        "with update: also reply to the alert with a short message when it is resolved",
        "配合 update：告警恢复时另发一条简短的回复",
      );
}
export const SWITCHES = {
  update: switched(z.boolean().default(false), "update"),
  announce_resolved: switched(z.boolean().default(false), "announce_resolved"),
};

/** Arguments of incoming and outgoing hooks. Those of the other kind are refused. */
export const INCOMING = {
  to: word(
    z.string().optional(),
    "receiver: a room's id or address, or a user's address",
    "接收者：群的 id 或地址，或用户的地址",
  ),
  format: word(
    z.enum([AUTO, ...FORMAT_NAMES]).optional(),
    "format of the posts (default: auto)",
    "推送内容的格式（默认：auto）",
  ),
  template: word(
    z.string().optional(),
    'template of the message (default: the format\'s own; "default" restores it)',
    "消息模板（默认：格式自带的模板；default 表示恢复）",
    { file: "text", long: true },
  ),
  update: switched(z.boolean().optional(), "update"),
  announce_resolved: switched(z.boolean().optional(), "announce_resolved"),
  rate: word(
    z.union([z.number().min(0.1), z.literal("default")]).optional(),
    "maximum posts per second (default: hooks.rate)",
    "每秒最多推送次数（默认：hooks.rate）",
  ),
  body_bytes: word(
    z.union([z.int().min(1024), z.literal("default")]).optional(),
    "maximum size of a post in bytes (default: hooks.body_bytes)",
    "单次推送的最大字节数（默认：hooks.body_bytes）",
  ),
};
export const OUTGOING = {
  deliver_to: word(
    z.string().optional(),
    "URL of the program that receives the events; makes the hook an outgoing one",
    "接收事件的程序的 URL；使其成为出站 Webhook",
  ),
  on: word(z.array(z.enum(EVENT_KINDS)).optional(), "events to deliver", "要投递的事件"),
  room: word(
    z.array(z.string()).optional(),
    "only events of this room, by id or address (default: all rooms)",
    "只投递此群的事件，填 id 或地址（默认：所有群）",
  ),
  match: word(
    z.string().optional(),
    'only messages whose text matches; "*" stands for any text',
    "只投递文本匹配的消息；* 代表任意文本",
  ),
  only: word(
    z.enum(["mentions", "all"]).optional(),
    "only room messages that mention the bot",
    "只投递提到机器人的群消息",
  ),
  form: word(
    z.enum(FORMS).optional(),
    "format of events; qtalk is that of QTalk's push_url",
    "事件的格式；qtalk 即 QTalk 的 push_url 格式",
  ),
  allow_inner: word(
    z.array(z.string()).optional(),
    "permit a private address or network for the program, such as 127.0.0.1",
    "允许程序使用的内网地址或网段，例如 127.0.0.1",
  ),
};
export const SIGNED = word(
  z.boolean().default(false),
  "accept only posts with a signature (X-Hub-Signature-256), and make a key for it",
  "只接受带签名（X-Hub-Signature-256）的推送，并生成签名密钥",
);
export const AS = word(
  z.string().optional(),
  "sender: a user's address, or a bot's id (default: a bot with the hook's name)",
  "发送者：用户的地址，或机器人的 id（默认：与 Webhook 同名的机器人）",
);
export const SECRETS = {
  url: word(z.string().optional(), "URL; anyone who knows it can post", "URL；知道它的人都可以推送", {
    secret: true,
  }),
  key: word(z.string().optional(), "key that signs posts", "推送的签名密钥", { secret: true }),
  secret: word(
    z.string().optional(),
    "secret that signs deliveries (Standard Webhooks)",
    "投递的签名密钥（Standard Webhooks）",
    {
      secret: true,
    },
  ),
};
