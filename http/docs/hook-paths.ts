import type { Delivery, Outcome } from "../../component/hooks/outcome.js";
import { FORMATS } from "../../component/hooks/formats/formats.js";
import type { Language } from "../../component/translated.js";

const TEXTS = {
  en: { post: "Post to a hook", status: "Get the state of a message from a hook" },
  zh: { post: "向 Webhook 推送内容", status: "查询 Webhook 消息的状态" },
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
          { name: "Idempotency-Key", in: "header", schema: { type: "string", maxLength: 256 } },
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
            description: "sent, or stored in the queue; Slack clients get the text ok",
            headers: {
              "X-QTalk-Delivery": { schema: { enum: DELIVERIES } },
              "X-QTalk-Message-Id": text,
            },
            content: { "application/json": { schema: posted() }, "text/plain": text },
          },
          400: refused("for Slack clients, instead of 422"),
          403: refused("invalid signature, or the sender may not send to this receiver"),
          404: refused("the hook or room doesn't exist"),
          405: refused("the method is neither POST nor PUT"),
          410: refused("the room was destroyed"),
          413: refused("the body is too large"),
          422: refused("the format is unknown, or the template fails"),
          429: { ...refused("over the rate limit"), headers: RETRY_AFTER },
          502: refused(
            "accepted earlier or now, and then returned by the receiver's server, or never confirmed",
          ),
          503: { ...refused("temporarily unavailable; nothing was sent"), headers: RETRY_AFTER },
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
          200: { description: "the message's state", content: { "application/json": { schema: status() } } },
          404: refused("the message isn't known; states are kept for a day"),
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
