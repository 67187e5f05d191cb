/** Bounces: errors for messages of users and bots. Each is counted and logged once, stored, and an event for programs. */
import { HookMessages, type Decision } from "../../storage/hook-messages.js";
import type { BouncedStanza } from "../inbound/stanza-error.js";
import type { CallHistory } from "../outbox/call-history.js";
import type { HookDependencies } from "./dependencies.js";
import type { EventRecorder } from "./outgoing/event-recorder.js";

export interface BouncesDependencies extends Pick<HookDependencies, "db" | "commit" | "metrics" | "log"> {
  readonly listener: Pick<EventRecorder, "recordBounce">;
  readonly history?: Pick<CallHistory, "bounced"> | undefined;
}

/** A message for which the component itself decided that it isn't delivered. */
export interface Undelivered extends BouncedStanza {
  /** Why, as a message for operators. */
  readonly reason: string;
}

export class Bounces {
  readonly #messages: HookMessages;

  constructor(private readonly dependencies: BouncesDependencies) {
    this.#messages = new HookMessages(dependencies.db);
  }

  /** An error stanza came back for a user's message. @param from its full address */
  ofUser(bounce: BouncedStanza, from: string): void {
    this.#note(bounce, from, true);
  }

  /** An error stanza came to a bot. It is ignored if no bot sent the message: anybody can send such a stanza. */
  ofBot(bounce: BouncedStanza, from: string): void {
    this.#note(bounce, from, false);
  }

  /**
   * Stores, inside a transaction, that a bot's message isn't delivered.
   * @returns counts and logs it; to be called after the commit
   */
  refuse({ reason, ...bounce }: Undelivered): () => void {
    const { metrics, log, listener } = this.dependencies;
    const { id, sender, receiver, condition } = bounce;
    // The others are replies of programs that get events.
    const isHook = this.#messages.isKnown(id, receiver);
    if (isHook) {
      this.#messages.decide(id, { outcome: "refused", condition, reason });
      listener.recordBounce(bounce);
    }
    return () => {
      metrics.bounces.inc({ condition });
      if (isHook) metrics.hookBounces.inc();
      log.warn(`The message ${id} of ${sender} was not delivered to ${receiver}: ${reason}`);
    };
  }

  #note(bounce: BouncedStanza, from: string, isUser: boolean): void {
    const { commit, history, listener, log, metrics } = this.dependencies;
    const { id, sender, receiver, condition } = bounce;
    const call = history?.bounced(bounce);
    const isHook = this.#messages.isKnown(id, receiver);
    if (!isUser && !isHook && call === undefined) return;
    metrics.bounces.inc({ condition });
    if (isHook) metrics.hookBounces.inc();
    const request = call?.request;
    const line = `Bounced: ${condition} from ${from} for ${sender}, id ${id}`;
    if (isHook || call !== undefined) log.warn(line, { request });
    else log.info(line);
    const decision: Decision = { outcome: "bounced", condition };
    const store = (): void => {
      if (isHook) this.#messages.decide(id, decision);
      if (isUser || isHook) listener.recordBounce({ ...bounce, request });
    };
    commit.run(store).catch((error: unknown) => log.error(`A bounce could not be stored: ${String(error)}`));
  }
}
