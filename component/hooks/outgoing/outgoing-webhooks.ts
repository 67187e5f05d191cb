/**
 * Outgoing webhooks: queues events in the transaction that causes them, delivers them to programs over HTTP, and sends the
 * programs' replies as bots. A full queue drops further events.
 */
import { randomUUID } from "node:crypto";
import { HookEvents, type QueueBounds } from "../../../storage/hook-events.js";
import { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import type { OperationContext } from "../../operations/context.js";
import { counted } from "../../wording.js";
import { WALL_CLOCK } from "../clock.js";
import type { HookDependencies } from "../dependencies.js";
import type { RemoteRoomsApi } from "../sending.js";
import { DeliveryRequests } from "./delivery-requests.js";
import { Dispatcher } from "./dispatcher.js";
import { eventBodyOf, type EventQueues, type WebhookEvent } from "./event.js";
import { outgoingWebhookOf, type EventKind, type OutgoingWebhook } from "./outgoing-webhook.js";
import { Replies } from "./replies.js";

/** How long the delivery of an event is retried, in milliseconds. */
export const RETRY_MS = 24 * 3600_000;
/** The minimum interval between log lines about one full queue, in milliseconds. */
const LOG_MS = 60_000;
/** The maximum size of one queue, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;
/** How long running deliveries may take when the component stops, in milliseconds. */
const STOP_MS = 1000;

export class OutgoingWebhooks implements EventQueues {
  readonly #store: OutgoingHooksStore;
  readonly #events: HookEvents;
  readonly #bounds: QueueBounds;
  #webhooks: readonly OutgoingWebhook[] | undefined;
  /** When a full queue was last logged, by the id of the webhook, in milliseconds of performance.now(). */
  readonly #loggedAt = new Map<number, number>();
  /** The ids of the webhooks with new events in this turn of the event loop. */
  readonly #woken = new Set<number>();
  #dispatcher: Dispatcher | undefined;

  constructor(private readonly dependencies: HookDependencies) {
    const { db, config, metrics } = dependencies;
    const events = new HookEvents(db);
    this.#events = events;
    this.#store = new OutgoingHooksStore(db);
    this.#bounds = { events: config.queue, bytes: MAX_BYTES };
    metrics.gaugeOf("qtalk_hook_events_waiting", "Queued events of outgoing webhooks", () =>
      events.waiting(),
    );
    metrics.gaugeOf("qtalk_hook_events_oldest_seconds", "Age of the oldest queued event", () => {
      const oldest = events.oldest();
      return oldest === undefined ? 0 : Math.max(0, (Date.now() - oldest) / 1000);
    });
  }

  /** Starts deliveries. `remote` sends replies to rooms of other group chat services, `context` all others. */
  start(context: OperationContext, remote: RemoteRoomsApi): void {
    this.#dispatcher = new Dispatcher({
      ...this.dependencies,
      store: this.#store,
      events: this.#events,
      bounds: this.#bounds,
      clock: WALL_CLOCK,
      clientOf: (receiver) => new DeliveryRequests(receiver),
      replies: new Replies(this.dependencies, context, remote),
    });
    this.#dispatcher.rouse();
  }

  /** Called when webhooks have changed. */
  forget(): void {
    this.#webhooks = undefined;
    setImmediate(() => this.#dispatcher?.rouse());
  }

  /** @param ms how long running deliveries may take at most, in milliseconds */
  async stop(ms: number): Promise<void> {
    await this.#dispatcher?.stop(Math.min(ms, STOP_MS));
  }

  subscribedTo(kind: EventKind): readonly OutgoingWebhook[] {
    this.#webhooks ??= this.#store.list().map(outgoingWebhookOf);
    return this.#webhooks.filter(({ events }) => events.includes(kind));
  }

  prepare({ id: hook, name, form }: OutgoingWebhook, happening: WebhookEvent): () => boolean {
    const { at, replyTo, message } = happening;
    const body = eventBodyOf(form, happening);
    const event = { hook, id: randomUUID(), body, replyTo, happenedAt: at, until: at + RETRY_MS, message };
    return () => {
      const isTaken = this.#events.add(event, this.#bounds);
      if (isTaken) this.#wake(hook);
      else this.#drop(hook, name);
      return isTaken;
    };
  }

  /** Delivers from the next turn of the event loop on. By then, the events of this turn are committed. */
  #wake(hook: number): void {
    if (this.#woken.has(hook)) return;
    this.#woken.add(hook);
    setImmediate(() => {
      this.#woken.delete(hook);
      this.#dispatcher?.wake(hook);
    });
  }

  #drop(hook: number, name: string): void {
    const { metrics, log } = this.dependencies;
    metrics.hookDeliveries.inc({ hook: name, result: "dropped" });
    const now = performance.now();
    // Ids aren't used again: those of removed webhooks would stay.
    for (const [id, at] of this.#loggedAt) if (now - at >= LOG_MS) this.#loggedAt.delete(id);
    if (this.#loggedAt.has(hook)) return;
    this.#loggedAt.set(hook, now);
    log.warn(
      `The queue of the hook ${name} is full (hooks.queue: ${counted(this.#bounds.events, "event")}); events are dropped until it shrinks`,
    );
  }
}
