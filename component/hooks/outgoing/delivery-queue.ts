/**
 * What hooks are still to be told, in the database: put there in the transaction of what happened, and posted once the
 * disk has it. Each hook's part is bounded: what doesn't fit is dropped, counted and said.
 */
import { counted } from "../../counted.js";
import { randomUUID } from "node:crypto";
import type { Logger } from "winston";
import type { HookEvents, QueueBounds } from "../../../storage/hook-events.js";
import type { Metrics } from "../../metrics.js";
import { bodyOf, type WebhookEvent } from "./event.js";
import type { OutgoingWebhook } from "./outgoing-webhook.js";

/** An event is posted again for so long, in milliseconds. */
export const RETRY_MS = 24 * 3600_000;
/** That a queue is full is said so often, in milliseconds. */
const SAY_MS = 60_000;

export interface QueueParts {
  readonly events: HookEvents;
  readonly bounds: QueueBounds;
  readonly metrics: Pick<Metrics, "hookDeliveries">;
  readonly log: Logger;
}

export class DeliveryQueue {
  readonly #parts: QueueParts;
  readonly #saidAt = new Map<number, number>();
  /** Hooks for which something was put here in this turn of the event loop. */
  #woken = new Set<number>();
  /** Told of a hook for which there is something, once that is committed. */
  onEvent: (hook: number) => void = () => undefined;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /**
   * Makes an event of what happened, for one hook.
   * @returns puts it into the queue; to be called inside a transaction. False where the queue is full
   */
  prepare({ id: hook, name, form }: OutgoingWebhook, happening: WebhookEvent): () => boolean {
    const { at, replyTo } = happening;
    const body = bodyOf(form, happening);
    const event = { hook, id: randomUUID(), body, replyTo, happenedAt: at, until: at + RETRY_MS };
    return () => {
      const { events, bounds } = this.#parts;
      const isTaken = events.add(event, bounds);
      if (isTaken) this.#wake(hook);
      else this.#drop(hook, name);
      return isTaken;
    };
  }

  /** What is put here in one turn is committed in it. */
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
    const { bounds, metrics, log } = this.#parts;
    metrics.hookDeliveries.inc({ hook: name, result: "dropped" });
    const now = performance.now();
    if (now - (this.#saidAt.get(hook) ?? -Infinity) < SAY_MS) return;
    this.#saidAt.set(hook, now);
    log.warn(
      `As much waits for the hook ${name} as may (hooks.queue: ${counted(bounds.events, "event")}); it isn't told what happens meanwhile`,
    );
  }
}
