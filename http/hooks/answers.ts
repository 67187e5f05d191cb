/** The answers to requests of programs that post to hooks, with the outcome for log and metrics. */
import type { FaultKind, HookFault } from "../../component/hooks/fault.js";
import type { ShownAlerts } from "../../component/hooks/alerts/alerts.js";
import type { Dialect } from "../../component/hooks/formats/format.js";
import type { Accepted } from "../../component/hooks/post.js";
import type { MessageOutcome } from "../../component/hooks/outcome.js";
import { badRequest, Errcode, Refusal, refuse, type Blame } from "../../component/refusal.js";
import { retryAfter, type ApiResponse } from "../api-response.js";
import type { LoggedOutcome } from "../call-log.js";
import { acceptedResponse, json, plain, refusedResponse, type Answered } from "./dialects.js";
import { RESPONSES } from "./fault-statuses.js";

/** Who is to blame for faults with the errcode of what is unavailable, if it isn't the component. */
const BLAMES: ReadonlyMap<FaultKind, Blame> = new Map([
  ["fast", "rate"],
  ["undelivered", "receiver"],
  ["unanswered", "receiver"],
]);

/** A response, and the outcome for log and metrics. */
export interface HookAnswer {
  readonly response: ApiResponse;
  readonly outcome: LoggedOutcome;
}

export function acceptedAnswer(
  accepted: Accepted,
  dialect: Dialect | undefined,
  about: Answered,
): HookAnswer {
  const { id, delivery } = accepted;
  const response = acceptedResponse(dialect, accepted, about);
  const message = delivery === "ignored" ? [] : ["X-QTalk-Message-Id", id];
  return {
    response: withHeaders(response, ["X-QTalk-Delivery", delivery, ...message]),
    outcome: { delivery },
  };
}

/** @param dialect undefined: the component's own */
export function refusedAnswer(fault: HookFault, dialect?: Dialect): HookAnswer {
  const { kind, message, retryAfter: wait, messageId } = fault;
  const response = refusedResponse(dialect, fault);
  const more = messageId === undefined ? [] : ["X-QTalk-Message-Id", messageId];
  return {
    response: withHeaders(response, [...retryAfter(response.status, wait), ...more]),
    outcome: new Refusal(RESPONSES[kind].errcode, message).blaming(BLAMES.get(kind) ?? "here"),
  };
}

/** The answer to an unknown webhook and to a wrong secret: the same, so that ids can't be guessed. */
export const NO_HOOK: HookAnswer = {
  response: plain(404, "no_service"),
  outcome: new Refusal(Errcode.caller, "there is no such hook, or the secret is wrong"),
};

export function wrongMethod(allowed: string): HookAnswer {
  return {
    response: withHeaders(json(405, { ok: false, error: "method_not_allowed" }), ["Allow", allowed]),
    outcome: badRequest(`the address takes ${allowed}`),
  };
}

/** The answer to a query for a message. @param status undefined: the message is unknown */
export function statusAnswer(status: (MessageOutcome & { readonly id: string }) | undefined): HookAnswer {
  if (status === undefined) return NO_MESSAGE;
  const { id, outcome: state, ...why } = status;
  return { response: json(200, { ok: true, message_id: id, state, ...why }), outcome: {} };
}

/** The answer about a message that isn't known. */
export const NO_MESSAGE: HookAnswer = {
  response: json(404, { ok: false, error: "message_not_found" }),
  outcome: refuse.notFound("there is no such message, or it is older than a day"),
};

/** The answer to a query for alerts. */
export function alertsAnswer({ alerts, next }: ShownAlerts): HookAnswer {
  return { response: json(200, { ok: true, alerts, next }), outcome: {} };
}

function withHeaders(response: ApiResponse, more: readonly string[]): ApiResponse {
  return { ...response, headers: [...response.headers, ...more] };
}
