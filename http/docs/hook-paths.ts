/** Hooks in the OpenAPI document. */
import { ALL_FORMATS } from "../../component/hooks/formats/formats.js";
import type { Language } from "../../component/language.js";

const WORDS = {
  en: { post: "Post to a hook", status: "What became of a message that a hook said" },
  zh: { post: "向 Hook 发送", status: "查询 Hook 消息的状态" },
} as const;

/** The paths of the OpenAPI document. */
export function hookPaths(language: Language): Record<string, object> {
  const words = WORDS[language];
  const parameters = ["id", "secret"].map(pathParameter);
  const examples = Object.fromEntries(
    ALL_FORMATS.filter(({ sample }) => sample.body.startsWith("{")).map(({ name, sample }) => [
      name,
      { value: JSON.parse(sample.body) as unknown },
    ]),
  );
  const text = { schema: { type: "string" } };
  return {
    "/hooks/{id}/{secret}": {
      post: {
        operationId: "post_to_hook",
        summary: words.post,
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
            "application/x-www-form-urlencoded": { schema: form() },
            "text/plain": text,
          },
        },
        responses: {
          200: {
            description: "said, or safe in the queue; to a program of Slack's: ok",
            headers: {
              "X-QTalk-Delivery": { schema: { enum: ["confirmed", "queued"] } },
              "X-QTalk-Message-Id": text,
            },
            content: { "application/json": { schema: said() }, "text/plain": text },
          },
          400: refused("to a program of Slack's, what is 422 to others"),
          403: refused("not signed, or the sender may not speak there"),
          404: refused("no such hook, or no such room"),
          405: refused("neither POST nor PUT"),
          410: refused("the room was destroyed"),
          413: refused("too large"),
          422: refused("of no known kind, or the template can't be used with it"),
          429: { ...refused("too many in a second"), headers: RETRY_AFTER },
          503: { ...refused("not now; nothing was said"), headers: RETRY_AFTER },
        },
      },
    },
    "/hooks/{id}/{secret}/messages/{message}": {
      get: {
        operationId: "hook_message",
        summary: words.status,
        security: [],
        parameters: [...parameters, pathParameter("message")],
        responses: {
          200: { description: "known", content: { "application/json": { schema: status() } } },
          404: refused("no such message; each is known for a day"),
        },
      },
    },
  };
}

/** Seconds. */
const RETRY_AFTER = { "Retry-After": { schema: { type: "integer" } } };

function form(): object {
  const text = { type: "string" };
  return { type: "object", properties: { payload: text, text, message: text, title: text } };
}

function pathParameter(name: string): object {
  return { name, in: "path", required: true, schema: { type: "string" } };
}

function said(): object {
  const properties = {
    ok: { const: true },
    message_id: { type: "string" },
    delivery: { enum: ["confirmed", "queued"] },
  };
  return { type: "object", required: Object.keys(properties), properties };
}

function status(): object {
  const state = { enum: ["queued", "confirmed", "bounced", "dead letter"] };
  const properties = { ok: { const: true }, message_id: { type: "string" }, state };
  return {
    type: "object",
    required: Object.keys(properties),
    properties: { ...properties, condition: { type: "string" } },
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
