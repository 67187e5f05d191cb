/** A hook that is told of what happens, as the component works with it: its rooms and pattern read. */
import type { StoredOutgoingHook } from "../../../storage/outgoing-hooks-store.js";
import { isNamed, matcherOf } from "./pattern.js";

/** What hooks can be told of. */
export const EVENT_KINDS = ["message", "room-message", "bounce", "room", "member"] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What is posted: a JSON object of the hook's own kind, or what QTalk's push_url posted. */
export const FORMS = ["standard", "qtalk"] as const;
export type Form = (typeof FORMS)[number];

/** QTalk posted messages, and nothing else. */
export const QTALK_KINDS: readonly EventKind[] = ["message", "room-message"];

export interface OutgoingWebhook extends Pick<StoredOutgoingHook, "id" | "name" | "bot"> {
  readonly form: Form;
  readonly kinds: ReadonlySet<string>;
  /** Whether it is told of what happens in this room. */
  hearsRoom(address: string): boolean;
  /** Whether it is told of this text. @param names of its bot, if it is a room's */
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
