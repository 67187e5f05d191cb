import type { Delivery, Outcome } from "../../component/hooks/outcome.js";
import { FORMATS } from "../../component/hooks/formats/formats.js";
import { MOST_KEY } from "../../component/operations/call-key.js";
import type { Language } from "../../component/translated.js";

const TEXTS = {
  en: {
    post: "Post to a hook",
    status: "Get the state of a message from a hook",
    200: "sent, or stored in the queue; Slack clients get the text ok",
    400: "for Slack clients, instead of 422",
    403: "invalid signature, or the sender may not send to this receiver",
    404: "the hook or room doesn't exist",
    405: "the method is neither POST nor PUT",
    410: "the room was destroyed",
    413: "the body is too large",
    422: "the format is unknown, or the template fails",
    429: "over the rate limit",
    502: "accepted earlier or now, and then returned by the receiver's server, or never confirmed",
    503: "temporarily unavailable; nothing was sent",
    state: "the message's state",
    unknown: "the message isn't known; states are kept for a day",
  },
  zh: {
    post: "向 Webhook 推送内容",
    status: "查询 Webhook 消息的状态",
    200: "已发送，或已存入队列；Slack 客户端收到文本 ok",
    400: "Slack 客户端收到此状态码，而不是 422",
    403: "签名无效，或发送者不能向该接收者发送",
    404: "Hook 或群不存在",
    405: "请求方法既不是 POST 也不是 PUT",
    410: "群已销毁",
    413: "请求体过大",
    422: "无法识别格式，或模板出错",
    429: "超过速率限制",
    502: "推送已被接受，之后被接收者的服务器退回，或一直没有得到确认",
    503: "暂时不可用，没有发送任何内容",
    state: "消息的状态",
    unknown: "没有这条消息；状态保留一天",
  },
} as const;

/** Returns the paths of incoming webhooks for the OpenAPI document. */
export function hookPaths(language: Language): Record<string, object> {
  const texts = TEXTS[language];
  const parameters = ["id", "secret"].map(pathParameter);
  const examples = Object.fromEntries(
    FORMATS.filter(({ sample }) => sample.body.startsWith("{")).map(({ name, sample }) => [
      name,
      { value: JSON.parse(sample.body) as unknown },
    ]),
  );
  const text = { schema: { type: "string" } };
  return {
    "/hooks/{id}/{secret}": {
      post: {
        operationId: "post_to_hook",
        summary: texts.post,
        security: [],
        parameters: [
          ...parameters,
          { name: "Idempotency-Key", in: "header", schema: { type: "string", maxLength: MOST_KEY } },
          { name: "X-Hub-Signature-256", in: "header", schema: { type: "string" } },
        ],
        requestBody: {
          required: true,
          content: {
            "application/json": { schema: {}, examples },
            "application/x-www-form-urlencoded": { schema: FORM },
            "text/plain": text,
          },
        },
        responses: {
          200: {
            description: texts[200],
            headers: {
              "X-QTalk-Delivery": { schema: { enum: DELIVERIES } },
              "X-QTalk-Message-Id": text,
            },
            content: { "application/json": { schema: posted() }, "text/plain": text },
          },
          400: refused(texts[400]),
          403: refused(texts[403]),
          404: refused(texts[404]),
          405: refused(texts[405]),
          410: refused(texts[410]),
          413: refused(texts[413]),
          422: refused(texts[422]),
          429: { ...refused(texts[429]), headers: RETRY_AFTER },
          502: refused(texts[502]),
          503: { ...refused(texts[503]), headers: RETRY_AFTER },
        },
      },
    },
    "/hooks/{id}/{secret}/messages/{message}": {
      get: {
        operationId: "hook_message",
        summary: texts.status,
        security: [],
        parameters: [...parameters, pathParameter("message")],
        responses: {
          200: { description: texts.state, content: { "application/json": { schema: status() } } },
          404: refused(texts.unknown),
        },
      },
    },
  };
}

const DELIVERIES: readonly Delivery[] = ["confirmed", "stored", "queued"];
const TEXT = { type: "string" };
const FORM = { type: "object", properties: { payload: TEXT, text: TEXT, message: TEXT, title: TEXT } };
const RETRY_AFTER = { "Retry-After": { schema: { type: "integer" } } };

function pathParameter(name: string): object {
  return { name, in: "path", required: true, schema: { type: "string" } };
}

function posted(): object {
  const properties = {
    ok: { const: true },
    message_id: { type: "string" },
    delivery: { enum: DELIVERIES },
  };
  return { type: "object", required: Object.keys(properties), properties };
}

function status(): object {
  const state = { enum: [...DELIVERIES, "refused", "bounced", "dead letter", "dropped"] satisfies Outcome[] };
  const properties = { ok: { const: true }, message_id: { type: "string" }, state };
  return {
    type: "object",
    required: Object.keys(properties),
    properties: { ...properties, condition: { type: "string" }, reason: { type: "string" } },
  };
}

function refused(description: string): object {
  const properties = { ok: { const: false }, error: { type: "string" }, message: { type: "string" } };
  const schema = { type: "object", required: ["ok", "error"], properties };
  return {
    description,
    content: { "application/json": { schema }, "text/plain": { schema: { type: "string" } } },
  };
}
