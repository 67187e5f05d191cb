/** The responses to posts: JSON, or for Slack's format the texts and statuses of Slack. */
import type { HookFault, FaultKind } from "../../component/hooks/fault.js";
import type { Accepted } from "../../component/hooks/hooks.js";
import type { MessageOutcome } from "../../component/hooks/outcome.js";
import { badRequest, Errcode, OverRate, Refusal, refuse } from "../../component/refusal.js";
import { headersOf, type ApiResponse } from "../api-response.js";
import type { CallOutcome } from "../call-log.js";

interface FaultResponse {
  readonly status: number;
  /** The HTTP status for Slack's format, if it differs. */
  readonly slack?: number;
  /** The error's name. If Slack has a name for the error, this is Slack's name. */
  readonly error: string;
  /** The errcode in logs and metrics. */
  readonly errcode: Errcode;
}

export const RESPONSES: Readonly<Record<FaultKind, FaultResponse>> = {
  payload: { status: 422, slack: 400, error: "invalid_payload", errcode: Errcode.request },
  attachments: { status: 422, slack: 400, error: "too_many_attachments", errcode: Errcode.request },
  empty: { status: 422, slack: 400, error: "no_text", errcode: Errcode.request },
  template: { status: 422, error: "template_error", errcode: Errcode.request },
  large: { status: 413, error: "too_large", errcode: Errcode.request },
  fast: { status: 429, error: "rate_limited", errcode: Errcode.unavailable },
  signature: { status: 403, error: "invalid_signature", errcode: Errcode.caller },
  missing: { status: 404, error: "channel_not_found", errcode: Errcode.notFound },
  gone: { status: 410, error: "channel_is_archived", errcode: Errcode.notFound },
  forbidden: { status: 403, error: "action_prohibited", errcode: Errcode.forbidden },
  undelivered: { status: 502, error: "undelivered", errcode: Errcode.unavailable },
  unavailable: { status: 503, error: "service_unavailable", errcode: Errcode.unavailable },
};

/** The default of Retry-After, in seconds. */
const RETRY_AFTER = 5;

/** A response, and the outcome for log and metrics. */
export interface Answer {
  readonly response: ApiResponse;
  readonly outcome: CallOutcome;
}

export function accepted({ id, delivery }: Accepted, isSlack: boolean): Answer {
  const more = ["X-QTalk-Delivery", delivery, "X-QTalk-Message-Id", id];
  const outcome = delivery === "stored" ? {} : { delivery };
  if (isSlack) return { response: plain(200, "ok", more), outcome };
  return { response: json(200, { ok: true, message_id: id, delivery }, more), outcome };
}

export function refused({ kind, message, retryAfter, messageId }: HookFault, isSlack: boolean): Answer {
  const { status, slack = status, error, errcode } = RESPONSES[kind];
  const more = [
    ...(kind === "unavailable" || kind === "fast" ? ["Retry-After", String(retryAfter ?? RETRY_AFTER)] : []),
    ...(messageId === undefined ? [] : ["X-QTalk-Message-Id", messageId]),
  ];
  return {
    response: isSlack ? plain(slack, error, more) : json(status, { ok: false, error, message }, more),
    outcome: kind === "fast" ? new OverRate(message) : new Refusal(errcode, message),
  };
}

/** The answer to an unknown webhook and to a wrong secret: the same, so that ids can't be guessed. */
export const NO_HOOK: Answer = {
  response: plain(404, "no_service"),
  outcome: new Refusal(Errcode.caller, "there is no such hook, or the secret is wrong"),
};

export function wrongMethod(allowed: string): Answer {
  return {
    response: json(405, { ok: false, error: "method_not_allowed" }, ["Allow", allowed]),
    outcome: badRequest(`the address takes ${allowed}`),
  };
}

/** The answer to a query for a message. @param status undefined: the message is unknown */
export function statusAnswer(id: string, status: MessageOutcome | undefined): Answer {
  if (status === undefined)
    return {
      response: json(404, { ok: false, error: "message_not_found" }),
      outcome: refuse.notFound("there is no such message, or it is older than a day"),
    };
  const { outcome: state, ...why } = status;
  return { response: json(200, { ok: true, message_id: id, state, ...why }), outcome: {} };
}

function plain(status: number, text: string, more: readonly string[] = []): ApiResponse {
  return { status, headers: [...headersOf(text, "text/plain; charset=utf-8"), ...more], text };
}

function json(status: number, body: object, more: readonly string[] = []): ApiResponse {
  const text = `${JSON.stringify(body)}\n`;
  return { status, headers: [...headersOf(text), ...more], text };
}
