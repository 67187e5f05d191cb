/** An outgoing webhook: the kinds of events, and the events to which it subscribes. */
import type { StoredOutgoingHook } from "../../../storage/outgoing-hooks-store.js";
import { isNamed, matcherOf } from "./pattern.js";

/** The kinds of events to which webhooks can subscribe. */
export const EVENT_KINDS = [
  "message",
  "room-message",
  "reaction",
  "bounce",
  "room",
  "member",
  "alert",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** The forms of the payload: that of Standard Webhooks, or that of QTalk's option push_url. */
export const FORMS = ["standard", "qtalk"] as const;
export type Form = (typeof FORMS)[number];

/** The kinds of events that exist in QTalk's form. */
export const QTALK_KINDS: readonly EventKind[] = ["message", "room-message"];

export interface OutgoingWebhook extends Pick<StoredOutgoingHook, "id" | "name" | "bot" | "events"> {
  readonly form: Form;
  /** Whether the webhook subscribes to events of this room. */
  hearsRoom(address: string): boolean;
  /** Whether the webhook subscribes to this text. `names` are its bot's names; undefined in direct messages. */
  hearsText(text: string, names?: readonly string[]): boolean;
}

export function outgoingWebhookOf(stored: StoredOutgoingHook): OutgoingWebhook {
  const chosen = stored.rooms && new Set(stored.rooms);
  const matches = stored.pattern === undefined ? () => true : matcherOf(stored.pattern);
  return {
    ...stored,
    form: stored.form === "qtalk" ? "qtalk" : "standard",
    hearsRoom: (address) => chosen?.has(address) ?? true,
    hearsText: (text, names) =>
      matches(text) &&
      (!stored.onlyMentions || names === undefined || names.some((name) => isNamed(name, text))),
  };
}
