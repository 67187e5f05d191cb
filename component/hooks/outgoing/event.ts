/** The events of outgoing webhooks. Their payloads are those of Standard Webhooks or of QTalk's option push_url. */
import type { Element } from "../../xml/builder.js";
import { retractedIn } from "../../muc/archive/retraction.js";
import type { Form } from "./outgoing-webhook.js";

/** An event before it is rendered as text. */
export interface WebhookEvent {
  /** The type of the event, such as room.made. */
  readonly type: string;
  /** When the event happened, in milliseconds since 1970. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** The bare address to which a reply of the program is sent; undefined if the program can't reply. */
  readonly replyTo?: string | undefined;
  /** Returns the payload in QTalk's form; undefined if QTalk has no such event. */
  readonly qtalk?: () => object;
}

/** Renders an event as the body of a request. */
export function bodyOf(form: Form, { type, at, data, qtalk }: WebhookEvent): string {
  if (form === "qtalk") return JSON.stringify(qtalk?.() ?? {});
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
}

/** Returns the content of a message; undefined if the message has neither a text nor a retraction. */
export function contentOf(message: Element): MessageContent | undefined {
  const body = message.getChildText("body") ?? undefined;
  const retracts = message
    .getChildElements()
    .map(retractedIn)
    .find((id) => id !== undefined);
  if (body === undefined && retracts === undefined) return undefined;
  return {
    id: message.attrs.id,
    // If the message is a retraction, its text is only meant for clients that don't support retractions.
    body: retracts === undefined ? body : undefined,
    thread: message.getChildText("thread") ?? undefined,
    corrects: message.getChild("replace", "urn:xmpp:message-correct:0")?.attrs.id,
    replies_to: message.getChild("reply", "urn:xmpp:reply:0")?.attrs.id,
    retracts,
  };
}

/** The content of a message; undefined fields are left out of the payload. */
export interface MessageContent {
  /** The id that the sender's client gave the message. */
  readonly id: string | undefined;
  readonly body: string | undefined;
  readonly thread: string | undefined;
  /** The id of the message that is corrected (XEP-0308). */
  readonly corrects: string | undefined;
  /** The id of the message that is replied to (XEP-0461). */
  readonly replies_to: string | undefined;
  /** The id of the message that is retracted (XEP-0424). */
  readonly retracts: string | undefined;
}
