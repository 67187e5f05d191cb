/** An outgoing webhook with parsed filters. */
import type { StoredOutgoingHook } from "../../../storage/outgoing-hooks-store.js";
import { isNamed, matcherOf } from "./pattern.js";

/** The kinds of events. */
export const EVENT_KINDS = ["message", "room-message", "bounce", "room", "member"] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Formats of the payload: Standard Webhooks, or that of QTalk's push_url. */
export const FORMS = ["standard", "qtalk"] as const;
export type Form = (typeof FORMS)[number];

/** The events of QTalk's push_url. */
export const QTALK_KINDS: readonly EventKind[] = ["message", "room-message"];

export interface OutgoingWebhook extends Pick<StoredOutgoingHook, "id" | "name" | "bot"> {
  readonly form: Form;
  readonly kinds: ReadonlySet<string>;
  /** Returns whether it wants events of this room. */
  hearsRoom(address: string): boolean;
  /** Returns whether it wants messages with this text. @param names of its bot, in rooms */
  hearsText(text: string, names?: readonly string[]): boolean;
}

export function outgoingWebhookOf(stored: StoredOutgoingHook): OutgoingWebhook {
  const { id, name, bot, events, rooms, pattern } = stored;
  const chosen = rooms && new Set(rooms);
  const matches = pattern === undefined ? () => true : matcherOf(pattern);
  return {
    ...{ id, name, bot },
    form: stored.form === "qtalk" ? "qtalk" : "standard",
    kinds: new Set(events),
    hearsRoom: (address) => chosen?.has(address) ?? true,
    hearsText: (text, names) =>
      matches(text) &&
      (!stored.onlyMentions || names === undefined || names.some((name) => isNamed(name, text))),
  };
}
