/** What hooks are told: a type, a time and data, as Standard Webhooks has it; or the words of QTalk's push_url. */
import type { Element } from "../../xml/builder.js";
import { retractedIn } from "../../muc/archive/retraction.js";
import type { Form } from "./outgoing-webhook.js";

/** An event before it is put into a hook's form. */
export interface WebhookEvent {
  /** Such as room.made. */
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Bare address of whom an answer is said to. */
  readonly replyTo?: string;
  /** The same in QTalk's words, where it had some. */
  readonly qtalk?: () => object;
}

/** What is posted of it. */
export function bodyOf(form: Form, { type, at, data, qtalk }: WebhookEvent): string {
  if (form === "qtalk") return JSON.stringify(qtalk?.() ?? {});
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
}

/** What a message says, of whatever kind it is; undefined for one that says nothing to a program. */
export function contentOf(message: Element): MessageContent | undefined {
  const body = message.getChildText("body") ?? undefined;
  const retracts = message
    .getChildElements()
    .map(retractedIn)
    .find((id) => id !== undefined);
  if (body === undefined && retracts === undefined) return undefined;
  return {
    id: message.attrs.id,
    // What stands beside a retraction is for clients that don't know any.
    body: retracts === undefined ? body : undefined,
    thread: message.getChildText("thread") ?? undefined,
    corrects: message.getChild("replace", "urn:xmpp:message-correct:0")?.attrs.id,
    replies_to: message.getChild("reply", "urn:xmpp:reply:0")?.attrs.id,
    retracts,
  };
}

/** Those that are undefined aren't posted. */
export interface MessageContent {
  /** As its sender's client named it. */
  readonly id: string | undefined;
  readonly body: string | undefined;
  readonly thread: string | undefined;
  /** The id of the message that it corrects (XEP-0308). */
  readonly corrects: string | undefined;
  /** The id of the message that it replies to (XEP-0461). */
  readonly replies_to: string | undefined;
  /** The id of the message that it takes back (XEP-0424). */
  readonly retracts: string | undefined;
}
