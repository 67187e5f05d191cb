/** The section `webhooks` of the OpenAPI document: the events that outgoing webhooks deliver. */
import type { Language } from "../../component/translated.js";
import { ownProperty } from "../../component/own-property.js";

const TEXTS = {
  en: {
    event: "Delivered to the programs of outgoing webhooks (hook add --deliver-to)",
    answer: "the text of a JSON object is sent by the hook's bot",
    done: "delivered; nothing is sent",
  },
  zh: {
    event: "推送给出站 Webhook 的程序（hook add --deliver-to）",
    answer: "由该 Hook 的机器人发送 JSON 对象中的 text",
    done: "已投递，不发送任何内容",
  },
} as const;

/** The fields of an event's data by the event's type; a question mark marks optional fields. */
const DATA: Readonly<Record<string, readonly string[]>> = {
  message: ["bot", "sender", "id?", "body?", "thread?", "corrects?", "replies_to?", "retracts?"],
  "room-message": [
    ...["room", "sender?", "nick?", "id?", "stanza_id?", "body?", "thread?"],
    ...["corrects?", "replies_to?", "retracts?", "is_moderated?", "reason?"],
  ],
  bounce: ["id", "sender", "receiver", "condition", "request?"],
  "room.made": ["room", "name"],
  "room.destroyed": ["room", "name"],
  "member.in": ["room", "name", "members"],
  "member.out": ["room", "name", "members"],
};

/** The schemas of fields that aren't strings. */
const KINDS: Readonly<Record<string, object>> = {
  is_moderated: { const: true },
  members: { type: "array", items: { type: "string" } },
};

export function outgoingWebhooks(language: Language): Record<string, object> {
  const texts = TEXTS[language];
  const header = (name: string): object => ({
    name,
    in: "header",
    required: true,
    schema: { type: "string" },
  });
  const text = { type: "object", properties: { text: { type: "string" } } };
  return Object.fromEntries(
    Object.entries(DATA).map(([type, fields]) => [
      type,
      {
        post: {
          summary: `${texts.event}: ${type}`,
          security: [],
          parameters: ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header),
          requestBody: { required: true, content: { "application/json": { schema: eventOf(type, fields) } } },
          responses: {
            200: { description: texts.answer, content: { "application/json": { schema: text } } },
            "2XX": { description: texts.done },
          },
        },
      },
    ]),
  );
}

function eventOf(type: string, fields: readonly string[]): object {
  const names = fields.map((field) => field.replace("?", ""));
  return {
    type: "object",
    required: ["type", "timestamp", "data"],
    properties: {
      type: { const: type },
      timestamp: { type: "string", format: "date-time" },
      data: {
        type: "object",
        required: fields.filter((field) => !field.endsWith("?")),
        properties: Object.fromEntries(
          names.map((name) => [name, ownProperty(KINDS, name) ?? { type: "string" }]),
        ),
      },
    },
  };
}
