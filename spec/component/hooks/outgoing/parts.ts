/** Setup for tests of outgoing webhooks. */
import type { Clock } from "../../../../component/hooks/clock.js";
import { HookEvents, type NewHookEvent } from "../../../../storage/hook-events.js";
import { OutgoingHooksStore, type NewOutgoingHook } from "../../../../storage/outgoing-hooks-store.js";
import type { Database } from "../../../../storage/database.js";

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
export const BOUNDS = { events: 100, bytes: 1e6 };

export const hook = (more: Partial<NewOutgoingHook> = {}): NewOutgoingHook => ({
  name: "ops",
  url: "http://127.0.0.1:1/told",
  secret: SECRET,
  events: ["room-message"],
  rooms: undefined,
  pattern: undefined,
  onlyMentions: false,
  form: "standard",
  inner: ["127.0.0.1"],
  bot: undefined,
  madeAt: 0,
  ...more,
});

export const event = (of: number, id: string, more: Partial<NewHookEvent> = {}): NewHookEvent => ({
  hook: of,
  id,
  body: `{"id":"${id}"}`,
  replyTo: undefined,
  happenedAt: 0,
  until: 24 * 3600_000,
  ...more,
});

export function storesOf(db: Database): { store: OutgoingHooksStore; events: HookEvents } {
  return { store: new OutgoingHooksStore(db), events: new HookEvents(db) };
}

/** A time that passes when the test wants it. */
export class TestClock implements Clock {
  #now = 0;
  #timers: { at: number; work: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, work: () => void): { cancel(): void } {
    const timer = { at: this.#now + ms, work };
    this.#timers.push(timer);
    return { cancel: () => void (this.#timers = this.#timers.filter((each) => each !== timer)) };
  }

  /** Goes on to the next timer, no further than until then; false where there is none. */
  step(until: number): boolean {
    const [next] = this.#timers.sort((a, b) => a.at - b.at);
    this.#now = Math.min(until, next?.at ?? until);
    if (next === undefined || next.at > until) return false;
    this.#timers.shift();
    next.work();
    return true;
  }
}
