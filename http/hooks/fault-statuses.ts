/** The HTTP statuses, names and errcodes of the reasons why posts are refused. */
import type { FaultKind } from "../../component/hooks/fault.js";
import { Errcode } from "../../component/refusal.js";

interface FaultResponse {
  readonly status: number;
  /** The error's name. If Slack has a name for the error, this is Slack's name. */
  readonly error: string;
  /** The errcode in logs and metrics. */
  readonly errcode: Errcode;
}

export const RESPONSES: Readonly<Record<FaultKind, FaultResponse>> = {
  payload: { status: 422, error: "invalid_payload", errcode: Errcode.request },
  attachments: { status: 422, error: "too_many_attachments", errcode: Errcode.request },
  empty: { status: 422, error: "no_text", errcode: Errcode.request },
  template: { status: 422, error: "template_error", errcode: Errcode.request },
  large: { status: 413, error: "too_large", errcode: Errcode.request },
  fast: { status: 429, error: "rate_limited", errcode: Errcode.unavailable },
  signature: { status: 403, error: "invalid_signature", errcode: Errcode.caller },
  suffix: { status: 404, error: "unknown_path", errcode: Errcode.notFound },
  missing: { status: 404, error: "channel_not_found", errcode: Errcode.notFound },
  gone: { status: 410, error: "channel_is_archived", errcode: Errcode.notFound },
  forbidden: { status: 403, error: "action_prohibited", errcode: Errcode.forbidden },
  undelivered: { status: 502, error: "undelivered", errcode: Errcode.unavailable },
  unanswered: { status: 503, error: "service_unavailable", errcode: Errcode.unavailable },
  unavailable: { status: 503, error: "service_unavailable", errcode: Errcode.unavailable },
};
