/** Delivers events to a program by signed HTTP requests (Standard Webhooks), and reads the responses. */
import { Webhook } from "standardwebhooks";
import type { HookEvent } from "../../../storage/hook-events.js";
import type { StoredOutgoingHook } from "../../../storage/outgoing-hooks-store.js";
import { GuardedClient } from "./guarded-client.js";
import { statusText } from "./http-exchange.js";
import { settled, type Settled } from "../../settled.js";

/** The program that receives the events of a webhook. */
export type Receiver = Pick<StoredOutgoingHook, "url" | "secret" | "inner">;

/** An event. Its id is the same in each attempt. */
export type EventDelivery = Pick<HookEvent, "id" | "body">;

/** The result of one attempt to deliver an event. `answer` is the response's text; undefined if that is too long. */
export type DeliveryResult =
  | { readonly isDelivered: true; readonly status: number; readonly answer: string | undefined }
  | FailedDelivery;

export interface FailedDelivery {
  readonly isDelivered: false;
  /** Why the attempt failed, without the URL, which may contain secrets. */
  readonly reason: string;
  /** The pause that the receiving program requests before the next attempt, in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** Whether the program refuses all further attempts (status 410). */
  readonly isGone?: boolean;
}

export class DeliveryRequests {
  readonly #client: GuardedClient;

  /** @param timeout in milliseconds */
  constructor(
    private readonly receiver: Receiver,
    timeout?: number,
  ) {
    this.#client = new GuardedClient(receiver, { timeout });
  }

  /** Sends an event. Whatever goes wrong, also an exception here, is a failed attempt. */
  post(delivery: EventDelivery): Settled<DeliveryResult> {
    return settled<DeliveryResult>(
      () => this.#post(delivery),
      (error) => ({ isDelivered: false, reason: `internal error: ${String(error)}` }),
    );
  }

  async #post({ id, body }: EventDelivery): Promise<DeliveryResult> {
    const at = new Date();
    const answer = await this.#client.send({
      method: "POST",
      body,
      headers: {
        "webhook-id": id,
        "webhook-timestamp": Math.floor(at.getTime() / 1000),
        "webhook-signature": new Webhook(this.receiver.secret).sign(id, at, body),
      },
    });
    if ("reason" in answer) return { isDelivered: false, reason: answer.reason };
    const { status, headers, text } = answer;
    if (status >= 200 && status < 300) return { isDelivered: true, status, answer: text };
    return {
      isDelivered: false,
      reason: statusText(status),
      retryAfter: retryAfterIn(headers["retry-after"]),
      isGone: status === 410,
    };
  }

  /** Aborts the current request and closes the connection. */
  close(): void {
    this.#client.close();
  }
}

/** Parses Retry-After (RFC 9110 §10.2.3) as milliseconds from now; undefined if it is missing or invalid. */
function retryAfterIn(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
