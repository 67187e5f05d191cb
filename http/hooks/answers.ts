/** What posts to hooks are answered: JSON, and to Slack's programs what Slack answers, by its names and status codes. */
import type { HookFault, FaultKind } from "../../component/hooks/fault.js";
import type { Accepted, MessageStatus } from "../../component/hooks/hooks.js";
import { Errcode, OverRate, Refusal } from "../../component/refusal.js";
import type { ApiResponse } from "../api-response.js";

interface Told {
  readonly status: number;
  /** Where it differs, what Slack answers with. */
  readonly slack?: number;
  /** Slack's name, where it has one. */
  readonly error: string;
  /** What the log and the metrics call it. */
  readonly errcode: Errcode;
}

/** The errcode of what was done. */
const DONE = 0;

const TOLD: Readonly<Record<FaultKind, Told>> = {
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
  unavailable: { status: 503, error: "service_unavailable", errcode: Errcode.unavailable },
};

/** Seconds after which to post again, where nothing else is said. */
const RETRY_AFTER = 5;

export function accepted({ id, delivery, format }: Accepted): ApiResponse {
  const more = ["X-QTalk-Delivery", delivery, "X-QTalk-Message-Id", id];
  return format === "slack"
    ? plain(200, "ok", DONE, more)
    : json(200, { ok: true, message_id: id, delivery }, DONE, more);
}

export function refused({ kind, message, retryAfter }: HookFault, isSlack: boolean): ApiResponse {
  const { status, slack = status, error, errcode } = TOLD[kind];
  const more = errcode === Errcode.unavailable ? ["Retry-After", String(retryAfter ?? RETRY_AFTER)] : [];
  return isSlack
    ? plain(slack, error, errcode, more)
    : json(status, { ok: false, error, message }, errcode, more);
}

/** The same for the log. */
export function asRefusal({ kind, message }: HookFault): Refusal {
  return kind === "fast" ? new OverRate(message) : new Refusal(TOLD[kind].errcode, message);
}

/** There is no such hook, or its secret is another. */
export const NO_HOOK: ApiResponse = plain(404, "no_service", Errcode.caller);
export const NO_MESSAGE: ApiResponse = json(404, { ok: false, error: "message_not_found" }, Errcode.notFound);

export function wrongMethod(allowed: string): ApiResponse {
  return json(405, { ok: false, error: "method_not_allowed" }, Errcode.request, ["Allow", allowed]);
}

export function statusAnswer(id: string, status: MessageStatus): ApiResponse {
  return json(200, { ok: true, message_id: id, ...status }, DONE);
}

function plain(status: number, text: string, errcode: number, more: readonly string[] = []): ApiResponse {
  return answer(status, text, { type: "text/plain; charset=utf-8", errcode, more });
}

function json(status: number, body: object, errcode: number, more: readonly string[] = []): ApiResponse {
  const type = "application/json; charset=utf-8";
  return answer(status, `${JSON.stringify(body)}\n`, { type, errcode, more });
}

function answer(
  status: number,
  text: string,
  {
    type,
    errcode,
    more,
  }: { readonly type: string; readonly errcode: number; readonly more: readonly string[] },
): ApiResponse {
  const length = String(Buffer.byteLength(text));
  return { status, headers: ["Content-Type", type, "Content-Length", length, ...more], text, errcode };
}
