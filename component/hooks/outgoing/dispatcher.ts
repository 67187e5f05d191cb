/**
 * Posts what waits to each hook: in order, one at a time, whatever the others do. What isn't taken is posted again
 * after pauses that grow, under the same id, until it is too old; then it is set aside, and the next comes.
 */
import { counted } from "../../counted.js";
import type { Logger } from "winston";
import type { GroupCommit } from "../../../storage/group-commit.js";
import type { HookEvent, HookEvents, QueueBounds } from "../../../storage/hook-events.js";
import type { OutgoingHooksStore, StoredOutgoingHook } from "../../../storage/outgoing-hooks-store.js";
import type { Metrics } from "../../metrics.js";
import { pauseAfter } from "../pauses.js";
import type { DeliveryResult, Delivery, Receiver } from "./delivery-request.js";

/** Posts to one receiver. */
export interface DeliveryClient {
  post(posting: Delivery): Promise<DeliveryResult>;
  close(): void;
}

/** Time, which tests make pass. */
export interface Clock {
  now(): number;
  after(ms: number, work: () => void): { cancel(): void };
}

export interface DispatcherParts {
  readonly store: OutgoingHooksStore;
  readonly events: HookEvents;
  readonly commit: Pick<GroupCommit, "run" | "settled">;
  readonly bounds: QueueBounds;
  readonly clientOf: (receiver: Receiver) => DeliveryClient;
  /**
   * Says what a receiver answered.
   * @param taken takes the event out of the queue: called in the transaction in which the answer is said
   * @returns why it can't be said now; undefined where it was said, or never can be
   */
  readonly answer: (answer: Reply, taken: () => void) => Promise<string | undefined>;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, "hookDeliveries" | "hookSeconds">;
  readonly log: Logger;
}

export interface Reply {
  readonly hook: StoredOutgoingHook;
  readonly event: HookEvent;
  readonly text: string;
}

/** Where the database takes nothing, it is asked again after so many milliseconds. */
const TROUBLE_MS = 10_000;

/** One hook at work. */
interface HookState {
  isBusy: boolean;
  readonly poster: DeliveryClient;
  /** What the poster was made for. */
  readonly receiver: string;
  timer: { cancel(): void } | undefined;
}

export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #runs = new Map<number, HookState>();
  readonly #works = new Set<Promise<void>>();
  #isStopped = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  /** Looks what there is to post, for all hooks: those that are gone are forgotten. */
  rouse(): void {
    const hooks = this.#parts.store.list();
    const known = new Set(hooks.map(({ id }) => id));
    for (const [id, run] of this.#runs) if (!known.has(id)) this.#forget(id, run);
    for (const { id, waiting } of hooks) if (waiting > 0) this.wake(id);
  }

  /** There is something for a hook. */
  wake(id: number): void {
    const run = this.#runs.get(id);
    // Whoever is at work finds it.
    if (this.#isStopped || run?.isBusy === true) return;
    run?.timer?.cancel();
    const work: Promise<void> = this.#work(id)
      .catch((error: unknown) => this.#inTrouble(id, error))
      .finally(() => this.#works.delete(work));
    this.#works.add(work);
  }

  /** Begins nothing more, and ends what runs after so many milliseconds. */
  async stop(ms: number): Promise<void> {
    this.#isStopped = true;
    const end = (): void => {
      for (const run of this.#runs.values()) run.poster.close();
    };
    const timer = setTimeout(end, ms);
    await Promise.all(this.#works);
    clearTimeout(timer);
    for (const [id, run] of this.#runs) this.#forget(id, run);
  }

  /** Posts until there is nothing, or it has to wait. */
  async #work(id: number): Promise<void> {
    const { store, events, commit, clock } = this.#parts;
    while (!this.#isStopped) {
      const hook = store.find(id);
      const event = hook && events.first(id);
      if (hook === undefined || event === undefined) break;
      const run = this.#runOf(hook);
      const wait = hook.retryAt - clock.now();
      if (wait > 0) {
        run.timer = clock.after(wait, () => this.wake(id));
        return;
      }
      run.isBusy = true;
      try {
        // Nothing is told that the disk doesn't have.
        await commit.settled();
        await this.#tell(hook, event, run.poster);
      } finally {
        run.isBusy = false;
      }
    }
  }

  async #tell(hook: StoredOutgoingHook, event: HookEvent, poster: DeliveryClient): Promise<void> {
    const { commit, events, metrics } = this.#parts;
    const started = performance.now();
    const outcome = await poster.post(event);
    metrics.hookSeconds.observe((performance.now() - started) / 1000);
    if (!outcome.isDelivered) {
      // Cut off by the program's end, or as the hook was removed: nobody's failure.
      const isCut = this.#isStopped || this.#parts.store.find(hook.id) === undefined;
      if (!isCut) await this.#failed(hook, event, outcome);
      return;
    }
    const taken = (): void => {
      events.remove(event.rowId);
      if (hook.failures > 0) this.#parts.store.tried(hook.id, { failures: 0, retryAt: 0, fault: undefined });
    };
    const text = outcome.status === 200 ? textIn(outcome.answer) : undefined;
    if (text === undefined || event.replyTo === undefined) await commit.run(taken);
    else {
      const fault = await this.#parts.answer({ hook, event, text }, taken);
      if (fault !== undefined) {
        await this.#failed(hook, event, { reason: `its answer can't be said: ${fault}` });
        return;
      }
    }
    metrics.hookDeliveries.inc({ hook: hook.name, result: "delivered" });
    if (hook.failures > 0) this.#parts.log.info(`The hook ${hook.name} takes what it is told again`);
  }

  async #failed(
    hook: StoredOutgoingHook,
    event: HookEvent,
    {
      reason,
      retryAfter,
      isGone = false,
    }: Partial<DeliveryResult & { isDelivered: false }> & { reason: string },
  ): Promise<void> {
    const { commit, events, store, clock, metrics, log, bounds } = this.#parts;
    const now = clock.now();
    const failures = hook.failures + 1;
    const retryAt = now + pauseAfter(failures, retryAfter);
    const isOver = isGone || now >= event.until;
    const buried = await commit.run(() => {
      store.tried(hook.id, { failures, retryAt: isGone && failures === 1 ? 0 : retryAt, fault: reason });
      return isOver ? events.bury(event, now, reason, bounds) : 0;
    });
    metrics.hookDeliveries.inc({ hook: hook.name, result: "failed" });
    if (failures === 1)
      log.warn(`The hook ${hook.name} didn't take what it was told: ${reason}; it is asked again`);
    if (buried === 0) return;
    metrics.hookDeliveries.inc({ hook: hook.name, result: "dead letter" }, buried);
    log.warn(
      `The hook ${hook.name}: ${counted(buried, "event")} set aside: ${reason} (hook dead ${hook.name})`,
    );
  }

  /** The disk takes nothing now, or the program is wrong. */
  #inTrouble(id: number, error: unknown): void {
    this.#parts.log.error(`A hook could not be told: ${String(error)}. Trying again later.`);
    const run = this.#runs.get(id);
    if (run !== undefined) run.timer = this.#parts.clock.after(TROUBLE_MS, () => this.wake(id));
  }

  #runOf(hook: StoredOutgoingHook): HookState {
    const { id, url, secret, inner } = hook;
    const receiver = JSON.stringify([url, secret, inner]);
    const known = this.#runs.get(id);
    if (known?.receiver === receiver) return known;
    known?.poster.close();
    const run: HookState = {
      ...{ isBusy: false, timer: undefined, receiver },
      poster: this.#parts.clientOf({ url, secret, inner }),
    };
    this.#runs.set(id, run);
    return run;
  }

  #forget(id: number, run: HookState): void {
    run.timer?.cancel();
    run.poster.close();
    this.#runs.delete(id);
  }
}

/** What an answer wants to be said: the text of a JSON object. */
function textIn(answer: string | undefined): string | undefined {
  if (!answer?.trimStart().startsWith("{")) return undefined;
  try {
    const { text } = JSON.parse(answer) as { readonly text?: unknown };
    return typeof text === "string" && text.trim() !== "" ? text : undefined;
  } catch {
    return undefined;
  }
}
