/** Outgoing webhooks: queues events, delivers them to programs over HTTP, and sends the programs' replies as bots. */
import type { Database } from "../../../storage/database.js";
import { HookEvents, type QueueBounds } from "../../../storage/hook-events.js";
import { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import type { HooksConfig } from "../../config.js";
import type { OperationContext } from "../../operations/context.js";
import type { RemoteRoomsApi } from "../sending.js";
import { WALL_CLOCK } from "../clock.js";
import { Dispatcher } from "./dispatcher.js";
import { EventRecorder } from "./event-recorder.js";
import { DeliveryRequests } from "./delivery-request.js";
import { DeliveryQueue } from "./delivery-queue.js";
import { WebhooksByEvent } from "./outgoing-webhook.js";
import { Replies, type ReplyDependencies } from "./replies.js";

export interface OutgoingWebhooksDependencies extends ReplyDependencies {
  readonly db: Database;
  readonly config: HooksConfig;
}

/** The maximum size of one queue, in bytes. */
const MAX_QUEUE_BYTES = 64 * 1024 * 1024;
/** How long running deliveries may take when the component stops, in milliseconds. */
const STOP_MS = 1000;

export class OutgoingWebhooks {
  readonly listener: EventRecorder;
  readonly #store: OutgoingHooksStore;
  readonly #events: HookEvents;
  readonly #bounds: QueueBounds;
  readonly #webhooks: WebhooksByEvent;
  readonly #queue: DeliveryQueue;
  #dispatcher: Dispatcher | undefined;

  constructor(private readonly dependencies: OutgoingWebhooksDependencies) {
    const { db, config, metrics, log } = dependencies;
    const events = new HookEvents(db);
    this.#store = new OutgoingHooksStore(db);
    this.#events = events;
    this.#bounds = { events: config.queue, bytes: MAX_QUEUE_BYTES };
    this.#webhooks = new WebhooksByEvent(this.#store);
    this.#queue = new DeliveryQueue(events, this.#bounds, metrics, log);
    this.listener = new EventRecorder(this.#webhooks, this.#queue, dependencies, config.rate);
    metrics.gaugeOf("qtalk_hook_events_waiting", "Queued events of outgoing webhooks", () =>
      events.waiting(),
    );
    metrics.gaugeOf("qtalk_hook_events_oldest_seconds", "Age of the oldest queued event", () => {
      const oldest = events.oldest();
      return oldest === undefined ? 0 : Math.max(0, (Date.now() - oldest) / 1000);
    });
  }

  /** Creates the dispatcher. `remote` sends replies to rooms of other group chat services, `context` all others. */
  serve(context: OperationContext, remote: RemoteRoomsApi): void {
    const replies = new Replies(this.dependencies, context, remote);
    this.#dispatcher = new Dispatcher({
      ...this.dependencies,
      store: this.#store,
      events: this.#events,
      bounds: this.#bounds,
      clock: WALL_CLOCK,
      clientOf: (receiver) => new DeliveryRequests(receiver),
      sendReply: (reply, delivered) => replies.send(reply, delivered),
    });
  }

  start(): void {
    const dispatcher = this.#dispatcher;
    if (dispatcher === undefined) throw new Error("serve() was not called");
    this.#queue.onEvent = (hook) => dispatcher.wake(hook);
    dispatcher.rouse();
  }

  /** Called when webhooks have changed. */
  forget(): void {
    this.#webhooks.forget();
    setImmediate(() => this.#dispatcher?.rouse());
  }

  async stop(): Promise<void> {
    await this.#dispatcher?.stop(STOP_MS);
  }
}
