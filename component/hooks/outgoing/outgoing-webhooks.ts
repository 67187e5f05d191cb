/** Outgoing webhooks: queues events, delivers them to programs over HTTP, and sends the programs' replies as bots. */
import { HookEvents } from "../../../storage/hook-events.js";
import { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import type { OperationContext } from "../../operations/context.js";
import { WALL_CLOCK } from "../clock.js";
import type { HookDependencies } from "../dependencies.js";
import type { RemoteRoomsApi } from "../sending.js";
import { EventQueue } from "./event-queue.js";
import { DeliveryRequests } from "./delivery-requests.js";
import { Dispatcher } from "./dispatcher.js";
import { EventRecorder } from "./event-recorder.js";
import { Replies } from "./replies.js";

/** How long running deliveries may take when the component stops, in milliseconds. */
const STOP_MS = 1000;

export class OutgoingWebhooks {
  readonly listener: EventRecorder;
  readonly #store: OutgoingHooksStore;
  readonly #events: HookEvents;
  readonly #queue: EventQueue;
  #dispatcher: Dispatcher | undefined;

  constructor(private readonly dependencies: HookDependencies) {
    const { db, metrics } = dependencies;
    const events = new HookEvents(db);
    this.#events = events;
    this.#store = new OutgoingHooksStore(db);
    this.#queue = new EventQueue(dependencies, this.#store, events);
    this.listener = new EventRecorder(this.#queue, dependencies);
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
    const dispatcher = new Dispatcher({
      ...this.dependencies,
      store: this.#store,
      events: this.#events,
      bounds: this.#queue.bounds,
      clock: WALL_CLOCK,
      clientOf: (receiver) => new DeliveryRequests(receiver),
      replies: new Replies(this.dependencies, context, remote),
    });
    this.#dispatcher = dispatcher;
    this.#queue.onEvent = (hook) => dispatcher.wake(hook);
    dispatcher.rouse();
  }

  /** Called when webhooks have changed. */
  forget(): void {
    this.#queue.forget();
    setImmediate(() => this.#dispatcher?.rouse());
  }

  async stop(): Promise<void> {
    await this.#dispatcher?.stop(STOP_MS);
  }
}
