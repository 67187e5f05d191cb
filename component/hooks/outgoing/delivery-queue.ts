/** Queues events for outgoing webhooks, in the transaction that causes them. A full queue drops further events. */
import { counted } from "../../wording.js";
import { randomUUID } from "node:crypto";
import type { Logger } from "winston";
import type { HookEvents, QueueBounds } from "../../../storage/hook-events.js";
import type { Metrics } from "../../metrics.js";
import { bodyOf, type WebhookEvent } from "./event.js";
import type { OutgoingWebhook } from "./outgoing-webhook.js";

/** How long the delivery of an event is retried, in milliseconds. */
export const RETRY_MS = 24 * 3600_000;
/** The minimum interval between log lines about one full queue, in milliseconds. */
const LOG_MS = 60_000;

export class DeliveryQueue {
  readonly #loggedAt = new Map<number, number>();
  /** The ids of the webhooks with new events in this turn of the event loop. */
  #woken = new Set<number>();
  /** Called with a webhook's id after its new events were committed. */
  onEvent: (hook: number) => void = () => undefined;

  constructor(
    private readonly events: HookEvents,
    private readonly bounds: QueueBounds,
    private readonly metrics: Pick<Metrics, "hookDeliveries">,
    private readonly log: Logger,
  ) {}

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
    if (this.#woken.size === 0) {
      setImmediate(() => {
        const woken = this.#woken;
        this.#woken = new Set();
        for (const each of woken) this.onEvent(each);
      });
    }
    this.#woken.add(hook);
  }

  #drop(hook: number, name: string): void {
    this.metrics.hookDeliveries.inc({ hook: name, result: "dropped" });
    const now = performance.now();
    if (now - (this.#loggedAt.get(hook) ?? -Infinity) < LOG_MS) return;
    this.#loggedAt.set(hook, now);
    this.log.warn(
      `The queue of the hook ${name} is full (hooks.queue: ${counted(this.bounds.events, "event")}); events are dropped until it shrinks`,
    );
  }
}
