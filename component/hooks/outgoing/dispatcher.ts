/** Delivers each webhook's events in order; a failing event is retried for a day, and then becomes a dead letter. */
import { counted } from "../../wording.js";
import type { HookEvent, HookEvents, QueueBounds } from "../../../storage/hook-events.js";
import { isStorageError } from "../../../storage/storage-fault.js";
import type { OutgoingHooksStore, StoredOutgoingHook } from "../../../storage/outgoing-hooks-store.js";
import type { HookDependencies } from "../dependencies.js";
import { LONGEST_PAUSE_MS, pauseAfter } from "../retry-pauses.js";
import type { Clock } from "../clock.js";
import type { DeliveryRequests, FailedDelivery, Receiver } from "./delivery-requests.js";
import { answerIn } from "./answer.js";
import type { Replies } from "./replies.js";

/** The HTTP client for one program. */
type DeliveryClient = Pick<DeliveryRequests, "post" | "close">;

export interface DispatcherDependencies extends Pick<HookDependencies, "commit" | "metrics" | "log"> {
  readonly store: OutgoingHooksStore;
  readonly events: HookEvents;
  readonly bounds: QueueBounds;
  readonly clientOf: (receiver: Receiver) => DeliveryClient;
  readonly replies: Pick<Replies, "send">;
  readonly clock: Clock;
}

/** The pause after the database failed, in milliseconds. */
const DATABASE_PAUSE_MS = 10_000;

/**
 * A webhook has at most one #work() at a time (#works), which alone delivers its events, so that they keep their order: the
 * next event is read from the disk when the one before was delivered, buried, or is to be tried again. A webhook with queued
 * events has a running work or a timer, but before rouse() and after stop(). An event leaves the queue in the same commit as
 * its outcome (delivered, or a dead letter), so that one whose outcome isn't stored is delivered again, and none is lost.
 */
export class Dispatcher {
  /** The clients by webhook, with the serialised options with which each was created. */
  readonly #clients = new Map<number, { readonly client: DeliveryClient; readonly receiver: string }>();
  readonly #timers = new Map<number, ReturnType<Clock["after"]>>();
  readonly #works = new Map<number, Promise<void>>();
  #isStopped = false;

  constructor(private readonly dependencies: DispatcherDependencies) {}

  /** Starts delivering for all webhooks with queued events, and forgets removed webhooks. */
  rouse(): void {
    const hooks = this.dependencies.store.list();
    const known = new Set(hooks.map(({ id }) => id));
    for (const [id, { client }] of this.#clients) {
      if (known.has(id)) continue;
      client.close();
      this.#clients.delete(id);
      this.#timers.get(id)?.cancel();
      this.#timers.delete(id);
    }
    for (const { id, waiting } of hooks) if (waiting > 0) this.wake(id);
  }

  /** Starts delivering the events of a webhook. */
  wake(id: number): void {
    // A delivery that is running will find the new event.
    if (this.#isStopped || this.#works.has(id)) return;
    this.#timers.get(id)?.cancel();
    const work = this.#work(id)
      .catch((error: unknown) => {
        this.dependencies.log.error(
          `Webhooks can't deliver events, as the database fails: ${String(error)}; retrying in ${DATABASE_PAUSE_MS / 1000} s`,
        );
        this.#wakeIn(DATABASE_PAUSE_MS, id);
      })
      .finally(() => this.#works.delete(id));
    this.#works.set(id, work);
  }

  /** Starts no more deliveries, and waits for running ones, which are aborted after `ms` milliseconds. */
  async stop(ms: number): Promise<void> {
    this.#isStopped = true;
    const close = (): void => this.#clients.forEach(({ client }) => client.close());
    const timer = setTimeout(close, ms);
    await Promise.all(this.#works.values());
    clearTimeout(timer);
    close();
  }

  /** Delivers events until the queue is empty or a pause is necessary. */
  async #work(id: number): Promise<void> {
    const { store, events, commit, clock } = this.dependencies;
    while (!this.#isStopped) {
      const hook = store.find(id);
      const event = hook && events.first(id);
      if (hook === undefined || event === undefined) return;
      const wait = hook.retryAt - clock.now();
      // The clock was ahead when a longer pause began.
      if (wait > 0 && wait <= LONGEST_PAUSE_MS) {
        this.#wakeIn(wait, id);
        return;
      }
      // Only events that are on the disk are delivered.
      await commit.settled();
      try {
        await this.#deliver(hook, event);
      } catch (error) {
        if (isStorageError(error)) throw error;
        // A fault of the program must not keep the events behind this one from being delivered.
        this.dependencies.log.error(`The hook ${hook.name} could not deliver an event`, { error });
        await this.#failed(hook, event, { reason: "an internal error" });
      }
    }
  }

  async #deliver(hook: StoredOutgoingHook, event: HookEvent): Promise<void> {
    const { commit, events, log, metrics, replies, store } = this.dependencies;
    const started = performance.now();
    const outcome = await this.#clientOf(hook).post(event);
    metrics.hookSeconds.observe((performance.now() - started) / 1000);
    if (!outcome.isDelivered) {
      // A request that was aborted because the component stops or the webhook was removed doesn't count as failed.
      const isCut = this.#isStopped || store.find(hook.id) === undefined;
      if (!isCut) await this.#failed(hook, event, outcome);
      return;
    }
    const delivered = (): void => {
      events.remove(event.rowId);
      if (hook.failures > 0) store.tried(hook.id, { failures: 0, retryAt: 0, fault: undefined });
    };
    const answer = outcome.status === 200 ? answerIn(outcome.answer) : undefined;
    if (answer !== undefined && "wrong" in answer) {
      metrics.hookReplies.inc({ result: "refused" });
      log.info(`The answer of the hook ${hook.name}'s program isn't understood: ${answer.wrong}`);
    }
    const isSaid = answer !== undefined && !("wrong" in answer) && event.replyTo !== undefined;
    const reply = isSaid ? await replies.send({ hook, event, answer }, delivered) : "dropped";
    if (typeof reply === "object") {
      await this.#failed(hook, event, { reason: `its reply can't be sent: ${reply.later}` });
      return;
    }
    if (reply === "dropped") await commit.run(delivered);
    metrics.hookDeliveries.inc({ hook: hook.name, result: "delivered" });
    if (hook.failures > 0) log.info(`The hook ${hook.name} delivers again`);
  }

  async #failed(
    hook: StoredOutgoingHook,
    event: HookEvent,
    { reason, retryAfter, isGone = false }: Omit<FailedDelivery, "isDelivered">,
  ): Promise<void> {
    const { commit, events, store, clock, metrics, log, bounds } = this.dependencies;
    const now = clock.now();
    const failures = hook.failures + 1;
    const retryAt = now + pauseAfter(failures, retryAfter);
    const isOver = isGone || now >= event.until;
    const { buried, deleted } = await commit.run(() => {
      store.tried(hook.id, { failures, retryAt: isGone && failures === 1 ? 0 : retryAt, fault: reason });
      return isOver ? events.bury(event, now, reason, bounds) : { buried: 0, deleted: 0 };
    });
    metrics.hookDeliveries.inc({ hook: hook.name, result: "failed" });
    if (!isOver && failures === 1)
      log.warn(`The hook ${hook.name} could not deliver an event: ${reason}; retrying`);
    if (buried === 0) return;
    metrics.hookDeliveries.inc({ hook: hook.name, result: "dead letter" }, buried);
    if (deleted > 0) {
      metrics.hookDeliveries.inc({ hook: hook.name, result: "dropped" }, deleted);
      const most = `more than ${counted(bounds.events, "dead letter")} (hooks.queue)`;
      log.warn(
        `The hook ${hook.name} has ${most}: its ${counted(deleted, "oldest one was", "oldest ones were")} deleted`,
      );
    }
    log.warn(
      `The hook ${hook.name}: ${counted(buried, "new dead letter")}: ${reason} (hook dead ${hook.name})`,
    );
  }

  #wakeIn(ms: number, id: number): void {
    this.#timers.set(
      id,
      this.dependencies.clock.after(ms, () => {
        // A webhook that was removed while it was delivered to has no other way out.
        this.#timers.delete(id);
        this.wake(id);
      }),
    );
  }

  #clientOf({ id, url, secret, inner }: StoredOutgoingHook): DeliveryClient {
    const receiver = JSON.stringify([url, secret, inner]);
    const known = this.#clients.get(id);
    if (known?.receiver === receiver) return known.client;
    known?.client.close();
    const client = this.dependencies.clientOf({ url, secret, inner });
    this.#clients.set(id, { client, receiver });
    return client;
  }
}
