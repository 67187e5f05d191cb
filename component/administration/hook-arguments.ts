/** The arguments of operations that create or change webhooks. */
import { z } from "zod";
import { AUTO, FORMAT_NAMES } from "../hooks/formats/formats.js";
import { EVENT_KINDS, FORMS } from "../hooks/outgoing/outgoing-webhook.js";
import { refuse, type Refusal } from "../refusal.js";
import { FETCH_HOST } from "../hooks/files/fetching.js";
import type { StoredHook } from "../../storage/hooks-store.js";
import type { StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import type { Context } from "./context.js";
import type { Meta } from "./fields.js";
import { pictureIn, roomsOf } from "./hook-parts.js";
import { naming, word } from "./operation.js";
import { mayUse } from "./hook-owners.js";
import { isOwner } from "./rights.js";

const NAME_RULE = 'expected up to 64 letters, digits, "_", "-" and "."';

export const HOOK_NAME = word(
  z.string().regex(/^[\w.-]{1,64}$/, NAME_RULE),
  "hook's name, as in logs",
  "Webhook 的名称（日志中也用此名）",
  { placed: "grafana" },
);
/** An argument that names a hook. */
export const HOOK = naming(HOOK_NAME, findHook);

type AnyHook =
  | { readonly kind: "incoming"; readonly hook: StoredHook }
  | { readonly kind: "outgoing"; readonly hook: StoredOutgoingHook };

/** Finds a hook that the user may see, test and remove. */
export function findHook(context: Context, name: string): AnyHook | Refusal {
  const found = hookNamed(context, name);
  const isVisible = found?.kind === "incoming" ? mayUse(context, found.hook) : !isOwner(context.who);
  if (found !== undefined && isVisible) return found;
  return refuse.notFound(`name: there is no hook ${name}: see hook list`);
}

/** Returns the hook with this name, whoever may use it. */
export function hookNamed({ records }: Pick<Context, "records">, name: string): AnyHook | undefined {
  const incoming = records.hooks.named(name);
  if (incoming !== undefined) return { kind: "incoming", hook: incoming };
  const hook = records.outgoingHooks.named(name);
  return hook && { kind: "outgoing", hook };
}

export const TITLE = word(
  z.string().trim().min(1).max(256).optional(),
  "bot's display name (at first its id)",
  "机器人的显示名称（初始为其 id）",
);
const FILE = word(
  z.string(),
  "bot's picture: PNG, JPEG, GIF or WebP",
  "机器人的头像：PNG、JPEG、GIF 或 WebP",
  { file: "base64" },
);
export const PICTURE = naming(FILE, pictureIn).optional();

export const PASSWORD = word(
  z.string().trim().min(1).optional(),
  "password of a room of another group chat service",
  "其他群聊服务上的群的密码",
  { secret: true, file: "text" },
);

/** The arguments of a hook's bot, which sends posts or replies, and of the room that it enters. */
const BOT = { title: TITLE, picture: PICTURE, password: PASSWORD };

function incoming<S extends z.ZodType>(schema: S, en: string, zh: string, more: Meta = {}) {
  return word(schema, en, zh, { of: "incoming", ...more });
}

function outgoing<S extends z.ZodType>(schema: S, en: string, zh: string) {
  return word(schema.optional(), en, zh, { of: "outgoing" });
}

/** How the messages about an alert follow its changes. */
const UPDATE = incoming(
  z.boolean(),
  "correct an alert's message when the alert changes, instead of sending another",
  "告警变化时更正原消息，而不是再发一条",
);
const ANNOUNCE = incoming(
  z.boolean(),
  "also reply to an alert when it is resolved, if messages are corrected",
  "更正原消息时，告警恢复后另发一条简短的回复",
);

function texts(count: number) {
  return z.array(z.string().trim().min(1).max(256)).max(count);
}
const QUIET = incoming(
  z.boolean(),
  "say nothing about posts, and only that an expected one didn't come",
  "不发送 POST 请求的内容，只在预期的请求未到时告警",
);

/** A list of filters; a single "*" removes the filter. */
function filter(en: string, zh: string) {
  return incoming(texts(50).optional(), en, zh);
}

const INCOMING = {
  to: incoming(
    z.string().optional(),
    "receiver: a room's id or address, or a user's address",
    "接收者：群的 id 或地址，或用户的地址",
  ),
  format: incoming(
    z.enum([AUTO, ...FORMAT_NAMES]).optional(),
    "format of the posts (at first auto)",
    "请求体的格式（初始为 auto）",
  ),
  template: incoming(
    z.string().optional(),
    'template of the message (at first the format\'s own; "default" restores it)',
    "消息模板（初始为格式自带的模板；default 表示恢复）",
    { file: "text", long: true },
  ),
  update: UPDATE.optional(),
  announce_resolved: ANNOUNCE.optional(),
  only_events: filter(
    'only say these events, such as push or issues.opened; "*" stands for all',
    "只发送这些事件，例如 push 或 issues.opened；* 代表全部",
  ),
  except_events: filter(
    'say nothing about these events; "*" removes the filter',
    "不发送这些事件；* 表示取消",
  ),
  branches: filter(
    'only say events of these branches, such as main or release/*; "*" stands for all',
    "只发送这些分支的事件，例如 main 或 release/*；* 代表全部",
  ),
  step: incoming(
    texts(20).optional(),
    'who is called when nobody takes an alert, and after how long: "5m duty", "15m juliet@example.org", "room"; none removes all steps',
    "无人接手的告警在多久后通知谁：“5m duty”、“15m juliet@example.org”、“room”；none 表示不再通知",
    { spaced: true },
  ),
  steps_from: incoming(
    z.string().trim().toLowerCase().optional(),
    "the least severity of alerts with steps (at first critical; none stands for all)",
    "从哪个级别的告警起逐级通知（初始为 critical；none 表示全部）",
  ),
  mention: incoming(
    texts(10).optional(),
    "who is mentioned in the first line of an alert: duty (who is on duty), or a nickname; none removes all",
    "告警首行提及谁：duty（值班人）或昵称；none 表示不提及",
    { spaced: true, commas: true },
  ),
  mention_from: incoming(
    z.string().trim().toLowerCase().optional(),
    "the least severity of alerts that mention (at first critical; none stands for all)",
    "从哪个级别的告警起提及（初始为 critical；none 表示全部）",
  ),
  fetch_from: incoming(
    z
      .array(z.string().trim().toLowerCase().regex(FETCH_HOST, "expected HOST, HOST:PORT, or none"))
      .max(20)
      .optional(),
    'host (or host:port) whose pictures the component fetches itself if a post has their URL, such as an inner Grafana; "none" removes the hosts',
    "请求中给出图片 URL 时，由组件自行下载的主机（或 主机:端口），例如内网的 Grafana；none 表示取消",
  ),
  rate: incoming(
    z.union([z.number().min(0.1), z.literal("default")]).optional(),
    "maximum posts per second; default stands for hooks.rate",
    "每秒最多 POST 请求数；default 表示 hooks.rate",
  ),
  silence_at: incoming(
    z.string().trim().min(1).max(2048).optional(),
    "URL of the Alertmanager or Grafana at which alerts are silenced; here: alerts are muted here (at first)",
    "用于静默告警的 Alertmanager 或 Grafana 的 URL；here 表示在本组件静默（初始值）",
  ),
  silence_token: incoming(
    z.string().max(16_384).optional(),
    "token for that URL, or USER:PASSWORD",
    "访问该 URL 的令牌，或 USER:PASSWORD",
    { secret: true, file: "text" },
  ),
  expect_every: incoming(
    z.string().trim().min(1).max(64).optional(),
    "how often posts are expected, such as 25h; an alert says that none came; never: at no time (at first)",
    "预期多久收到一次 POST 请求，例如 25h，未收到时发出告警；never 表示不预期（初始值）",
  ),
  grace: incoming(
    z.string().trim().min(1).max(64).optional(),
    "how much later an expected post may come (at first 1m)",
    "预期的 POST 请求可迟到多久（初始为 1m）",
  ),
  quiet: QUIET.optional(),
  body_bytes: incoming(
    z.union([z.int().min(1024), z.literal("default")]).optional(),
    "maximum size of a post in bytes; default stands for hooks.body_bytes",
    "单次 POST 请求的最大字节数；default 表示 hooks.body_bytes",
  ),
};

const OUTGOING = {
  deliver_to: word(
    z.string().optional(),
    "URL of the program that receives the events",
    "接收事件的程序的 URL",
    { of: "outgoing", url: true },
  ),
  on: outgoing(z.array(z.enum(EVENT_KINDS)), "events to deliver", "要投递的事件"),
  room: outgoing(
    naming(z.array(z.string()), roomsOf),
    "only events of this room, by id or address (at first all rooms)",
    "只投递此群的事件，填 id 或地址（初始为所有群）",
  ),
  match: outgoing(
    z.string(),
    'only messages whose text matches; "*" stands for any text',
    "只投递文本匹配的消息；* 代表任意文本",
  ),
  only: outgoing(
    z.enum(["mentions", "all"]),
    "room messages to deliver: all (at first), or only those that mention the bot (mentions)",
    "投递全部群消息（all，初始值），或只投递提到机器人的（mentions）",
  ),
  form: outgoing(
    z.enum(FORMS),
    "format of the events: standard (at first), or qtalk, that of QTalk's push_url",
    "事件的格式，standard（初始值）或 qtalk（QTalk 的 push_url 的格式）",
  ),
};

/** For both kinds of hooks. */
const ALLOW_INNER = word(
  z.array(z.string()).optional(),
  "private address or network to which the component may deliver events, or send silences, such as 127.0.0.1",
  "组件可以向其投递事件或发送静默的内网地址或网段，例如 127.0.0.1",
);

export const HOOK_ADD = {
  name: HOOK_NAME,
  ...INCOMING,
  update: UPDATE.default(false),
  announce_resolved: ANNOUNCE.default(false),
  quiet: QUIET.default(false),
  signed: incoming(
    z.boolean().default(false),
    "accept only posts with a signature (X-Hub-Signature-256), and make a key for it",
    "只接受带签名（X-Hub-Signature-256）的 POST 请求，并生成签名密钥",
  ),
  ...OUTGOING,
  allow_inner: ALLOW_INNER,
  as: word(
    z.string().optional(),
    "sender: a bot's id, or a user's address for incoming hooks (default: a bot with the hook's name)",
    "发送者：机器人的 id；入站 Webhook 也可以是用户的地址（默认：与 Webhook 同名的机器人）",
  ),
  ...BOT,
};

export const HOOK_SET = {
  name: HOOK,
  ...INCOMING,
  ...OUTGOING,
  allow_inner: ALLOW_INNER,
  ...BOT,
  all_rooms: word(z.boolean().default(false), "events of all rooms again", "恢复为所有群的事件", {
    of: "outgoing",
  }),
  move_waiting: incoming(
    z.boolean().default(false),
    "let posts that wait for the previous room of another group chat service go to the new one, instead of refusing them",
    "让等待原先其他群聊服务上的群的消息改发到新的群，而不是拒绝它们",
  ),
};

/** What is given for a hook, when it is added or changed. */
export type Given = { readonly [K in keyof All]?: All[K] | undefined };
type All = z.output<z.ZodObject<typeof HOOK_ADD & Pick<typeof HOOK_SET, "all_rooms" | "move_waiting">>>;
