/** Queues events for outgoing webhooks, in the transaction that causes them. A full queue drops further events. */
import { randomUUID } from "node:crypto";
import type { HookEvents, QueueBounds } from "../../../storage/hook-events.js";
import type { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import { counted } from "../../wording.js";
import type { HookDependencies } from "../dependencies.js";
import { bodyOf, type WebhookEvent } from "./event.js";
import { outgoingWebhookOf, type EventKind, type OutgoingWebhook } from "./outgoing-webhook.js";

/** How long the delivery of an event is retried, in milliseconds. */
export const RETRY_MS = 24 * 3600_000;
/** The minimum interval between log lines about one full queue, in milliseconds. */
const LOG_MS = 60_000;
/** The maximum size of one queue, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

export class EventQueue {
  readonly bounds: QueueBounds;
  #webhooks: readonly OutgoingWebhook[] | undefined;
  readonly #loggedAt = new Map<number, number>();
  /** The ids of the webhooks with new events in this turn of the event loop. */
  readonly #woken = new Set<number>();
  /** Called with a webhook's id after its new events were committed. */
  onEvent: (hook: number) => void = () => undefined;

  constructor(
    private readonly dependencies: Pick<HookDependencies, "config" | "metrics" | "log">,
    private readonly store: OutgoingHooksStore,
    private readonly events: HookEvents,
  ) {
    this.bounds = { events: dependencies.config.queue, bytes: MAX_BYTES };
  }

  /** Returns the webhooks that subscribe to this kind of event. */
  webhooksFor(kind: EventKind): readonly OutgoingWebhook[] {
    this.#webhooks ??= this.store.list().map(outgoingWebhookOf);
    return this.#webhooks.filter(({ events }) => events.includes(kind));
  }

  /** Called when webhooks have changed. */
  forget(): void {
    this.#webhooks = undefined;
  }

  /** Returns a function that queues the event. It returns false if the queue is full, and must run in a transaction. */
  prepare({ id: hook, name, form }: OutgoingWebhook, happening: WebhookEvent): () => boolean {
    const { at, replyTo } = happening;
    const body = bodyOf(form, happening);
    const event = { hook, id: randomUUID(), body, replyTo, happenedAt: at, until: at + RETRY_MS };
    return () => {
      const isTaken = this.events.add(event, this.bounds);
      if (isTaken) this.#wake(hook);
      else this.#drop(hook, name);
      return isTaken;
    };
  }

  /** Schedules onEvent for the next turn of the event loop. By then, the events of this turn are committed. */
  #wake(hook: number): void {
    if (this.#woken.has(hook)) return;
    this.#woken.add(hook);
    setImmediate(() => {
      this.#woken.delete(hook);
      this.onEvent(hook);
    });
  }

  #drop(hook: number, name: string): void {
    const { metrics, log } = this.dependencies;
    metrics.hookDeliveries.inc({ hook: name, result: "dropped" });
    const now = performance.now();
    if (now - (this.#loggedAt.get(hook) ?? -Infinity) < LOG_MS) return;
    this.#loggedAt.set(hook, now);
    log.warn(
      `The queue of the hook ${name} is full (hooks.queue: ${counted(this.bounds.events, "event")}); events are dropped until it shrinks`,
    );
  }
}
