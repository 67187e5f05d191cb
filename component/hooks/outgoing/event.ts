/** The events of outgoing webhooks: type, time and data as in Standard Webhooks, or the payload of QTalk's push_url. */
import type { Element } from "../../xml/builder.js";
import { retractedIn } from "../../muc/archive/retraction.js";
import type { Form } from "./outgoing-webhook.js";

/** An event before it is rendered. */
export interface WebhookEvent {
  /** Such as room.made. */
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** The bare address that gets a reply. */
  readonly replyTo?: string;
  /** QTalk's payload, if it had one. */
  readonly qtalk?: () => object;
}

/** Renders an event. */
export function bodyOf(form: Form, { type, at, data, qtalk }: WebhookEvent): string {
  if (form === "qtalk") return JSON.stringify(qtalk?.() ?? {});
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
}

/** Returns a message's content; undefined if it has neither a text nor a retraction. */
export function contentOf(message: Element): MessageContent | undefined {
  const body = message.getChildText("body") ?? undefined;
  const retracts = message
    .getChildElements()
    .map(retractedIn)
    .find((id) => id !== undefined);
  if (body === undefined && retracts === undefined) return undefined;
  return {
    id: message.attrs.id,
    // The text beside a retraction is a fallback for clients without support.
    body: retracts === undefined ? body : undefined,
    thread: message.getChildText("thread") ?? undefined,
    corrects: message.getChild("replace", "urn:xmpp:message-correct:0")?.attrs.id,
    replies_to: message.getChild("reply", "urn:xmpp:reply:0")?.attrs.id,
    retracts,
  };
}

/** A message's content; undefined fields are left out. */
export interface MessageContent {
  /** The id that the sender's client gave it. */
  readonly id: string | undefined;
  readonly body: string | undefined;
  readonly thread: string | undefined;
  /** The id of the message that it corrects (XEP-0308). */
  readonly corrects: string | undefined;
  /** The id of the message that it replies to (XEP-0461). */
  readonly replies_to: string | undefined;
  /** The id of the message that it retracts (XEP-0424). */
  readonly retracts: string | undefined;
}
