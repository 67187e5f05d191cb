/** The responses to posts: JSON, or for Slack's format the texts and statuses of Slack. */
import type { HookFault, FaultKind } from "../../component/hooks/fault.js";
import type { Accepted, MessageStatus } from "../../component/hooks/hooks.js";
import { Errcode, OverRate, Refusal } from "../../component/refusal.js";
import { headersOf, type ApiResponse } from "../api-response.js";

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

export function accepted({ id, delivery }: Accepted, isSlack: boolean): ApiResponse {
  const more = ["X-QTalk-Delivery", delivery, "X-QTalk-Message-Id", id];
  return isSlack ? plain(200, "ok", more) : json(200, { ok: true, message_id: id, delivery }, more);
}

export function refused({ kind, message, retryAfter, messageId }: HookFault, isSlack: boolean): ApiResponse {
  const { status, slack = status, error } = RESPONSES[kind];
  const more =
    kind === "unavailable" || kind === "fast" ? ["Retry-After", String(retryAfter ?? RETRY_AFTER)] : [];
  if (messageId !== undefined) more.push("X-QTalk-Message-Id", messageId);
  return isSlack ? plain(slack, error, more) : json(status, { ok: false, error, message }, more);
}

/** Converts a fault to the refusal that the log shows. */
export function toRefusal({ kind, message }: HookFault): Refusal {
  return kind === "fast" ? new OverRate(message) : new Refusal(RESPONSES[kind].errcode, message);
}

/** The response to an unknown webhook and to a wrong secret: the same, so that ids can't be guessed. */
export const NO_HOOK: ApiResponse = plain(404, "no_service");
export const NO_MESSAGE: ApiResponse = json(404, { ok: false, error: "message_not_found" });

export function wrongMethod(allowed: string): ApiResponse {
  return json(405, { ok: false, error: "method_not_allowed" }, ["Allow", allowed]);
}

export function statusAnswer(id: string, status: MessageStatus): ApiResponse {
  return json(200, { ok: true, message_id: id, ...status });
}

function plain(status: number, text: string, more: readonly string[] = []): ApiResponse {
  return { status, headers: [...headersOf(text, "text/plain; charset=utf-8"), ...more], text };
}

function json(status: number, body: object, more: readonly string[] = []): ApiResponse {
  const text = `${JSON.stringify(body)}\n`;
  return { status, headers: [...headersOf(text), ...more], text };
}
