/** What hooks that are told of events post, as the OpenAPI document's webhooks. */
import type { Language } from "../../component/language.js";

const WORDS = {
  en: {
    told: "Posted to programs that hooks tell (hook add --tell)",
    answer: "a JSON object's text is said",
  },
  zh: { told: "推送给 Hook 所通知的程序(hook add --tell)", answer: "JSON 对象中的 text 会被说出" },
} as const;

/** What stands in an event's data, by its type; those with a question mark may be missing. */
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

const KINDS: Readonly<Record<string, object>> = {
  is_moderated: { const: true },
  members: { type: "array", items: { type: "string" } },
};

export function toldWebhooks(language: Language): Record<string, object> {
  const words = WORDS[language];
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
          summary: `${words.told}: ${type}`,
          security: [],
          parameters: ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header),
          requestBody: { required: true, content: { "application/json": { schema: eventOf(type, fields) } } },
          responses: {
            200: { description: words.answer, content: { "application/json": { schema: text } } },
            "2XX": { description: "" },
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
        properties: Object.fromEntries(names.map((name) => [name, KINDS[name] ?? { type: "string" }])),
      },
    },
  };
}
