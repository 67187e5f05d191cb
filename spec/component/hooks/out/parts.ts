/** What tests of hooks that are told of events begin with. */
import { HookEvents, type NewHookEvent } from "../../../../storage/hook-events.js";
import { OutgoingHooksStore, type NewOutgoingHook } from "../../../../storage/outgoing-hooks-store.js";
import type { Database } from "../../../../storage/database.js";

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
export const BOUNDS = { events: 100, bytes: 1e6 };

export const hook = (more: Partial<NewOutgoingHook> = {}): NewOutgoingHook => ({
  ...{ name: "ops", url: "http://127.0.0.1:1/told", secret: SECRET, events: ["room-message"] },
  ...{ rooms: undefined, pattern: undefined, form: "standard", inner: ["127.0.0.1"], bot: undefined },
  madeAt: 0,
  ...more,
});

export const event = (of: number, id: string, more: Partial<NewHookEvent> = {}): NewHookEvent => ({
  ...{ hook: of, id, body: `{"id":"${id}"}`, replyTo: undefined, happenedAt: 0, until: 24 * 3600_000 },
  ...more,
});

export function storesOf(db: Database): { store: OutgoingHooksStore; events: HookEvents } {
  return { store: new OutgoingHooksStore(db), events: new HookEvents(db) };
}
