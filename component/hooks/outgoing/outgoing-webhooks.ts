/**
 * Hooks that are told of what happens, put together. What happens is put into a queue in the database with what it is
 * part of (listener.ts, queue.ts), posted from there (dispatcher.ts, post.ts), and what is answered is said
 * (replies.ts).
 */
import type { Logger } from "winston";
import type { Database } from "../../../storage/database.js";
import type { GroupCommit } from "../../../storage/group-commit.js";
import { HookEvents } from "../../../storage/hook-events.js";
import { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import type { HooksConfig } from "../../config.js";
import type { Metrics } from "../../metrics.js";
import type { OperationContext } from "../../operations/context.js";
import type { Bots } from "../bots.js";
import type { RemoteRoomsApi } from "../sending.js";
import { Dispatcher, type Clock } from "./dispatcher.js";
import { EventRecorder } from "./event-recorder.js";
import { DeliveryRequests } from "./delivery-request.js";
import { DeliveryQueue } from "./delivery-queue.js";
import { WebhooksByEvent } from "./webhooks-by-event.js";
import { Replies } from "./replies.js";

export interface OutgoingHooksParts {
  readonly db: Database;
  readonly commit: GroupCommit;
  readonly bots: Bots;
  /** The component's own. */
  readonly domain: string;
  readonly config: HooksConfig;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** What waits for one hook has so many bytes at most. */
const MOST_BYTES = 64 * 1024 * 1024;
/** What commands change is noticed so soon, in milliseconds. */
const LOOK_MS = 500;
/** How long what is posted when the program stops may take, in milliseconds. */
const STOP_MS = 1000;

const CLOCK: Clock = {
  now: Date.now,
  after: (ms, work) => {
    const timer = setTimeout(work, ms).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

export class OutgoingWebhooks {
  readonly listener: EventRecorder;
  readonly #parts: OutgoingHooksParts;
  readonly #store: OutgoingHooksStore;
  readonly #events: HookEvents;
  readonly #registry: WebhooksByEvent;
  readonly #queue: DeliveryQueue;
  #dispatcher: Dispatcher | undefined;
  #ticker: NodeJS.Timeout | undefined;

  constructor(parts: OutgoingHooksParts) {
    const { db, commit, domain, config, metrics, log } = parts;
    this.#parts = parts;
    this.#store = new OutgoingHooksStore(db);
    const events = new HookEvents(db);
    this.#events = events;
    this.#registry = new WebhooksByEvent(this.#store);
    this.#queue = new DeliveryQueue({ events, bounds: this.#bounds, metrics, log });
    this.listener = new EventRecorder({
      ...{ registry: this.#registry, queue: this.#queue, commit, domain, bots: parts.bots },
      rate: config.rate,
    });
    metrics.gaugeOf("qtalk_hook_events_waiting", "Events that hooks are still to be told", () =>
      events.waiting(),
    );
    metrics.gaugeOf("qtalk_hook_events_oldest_seconds", "Age of the oldest of them", () => {
      const oldest = events.oldest();
      return oldest === undefined ? 0 : Math.max(0, (Date.now() - oldest) / 1000);
    });
  }

  /** Is ready to post. @param context where answers are said, @param remote or in which rooms of other services */
  serve(context: OperationContext, remote: RemoteRoomsApi): void {
    const { bots, commit, domain, metrics, log } = this.#parts;
    const replies = new Replies({ context, bots, remote, commit, domain, metrics, log });
    const dispatcher = new Dispatcher({
      ...{
        store: this.#store,
        events: this.#events,
        commit,
        bounds: this.#bounds,
        clock: CLOCK,
        metrics,
        log,
      },
      clientOf: (receiver) => new DeliveryRequests(receiver),
      answer: (answer, taken) => replies.say(answer, taken),
    });
    this.#dispatcher = dispatcher;
  }

  /** Begins to post. */
  start(): void {
    const dispatcher = this.#dispatcher;
    if (dispatcher === undefined) throw new Error("nobody says what is answered");
    this.#queue.onEvent = (hook) => dispatcher.wake(hook);
    this.#registry.onChange = () => setImmediate(() => dispatcher.rouse());
    this.#ticker = setInterval(() => this.#registry.refresh(), LOOK_MS).unref();
    dispatcher.rouse();
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticker);
    await this.#dispatcher?.stop(STOP_MS);
  }

  get #bounds(): { readonly events: number; readonly bytes: number } {
    return { events: this.#parts.config.queue, bytes: MOST_BYTES };
  }
}
