/** Responses to calls. The keys' order never changes, because some callers compare responses as text. */
import type { ServerResponse } from "node:http";
import { PartialRefusal } from "../component/operations/batch.js";
import { Errcode, Refusal } from "../component/refusal.js";
import type { CallResult, Endpoint, SuccessForm } from "./endpoint.js";
import { ERRCODES } from "./errcodes.js";

export interface ApiResponse {
  readonly status: number;
  /** The headers' names and values in turn. Node sends such an array faster than an object. */
  readonly headers: readonly string[];
  readonly text: string;
}

type ResponseForm = Pick<Endpoint, "success" | "notFound">;

/** The form of responses to requests that reach no endpoint. */
const WITH_DATA: ResponseForm = { success: { errmsg: "success", data: "" } };

/**
 * The refusal of somebody without permission. The status is 401 if it isn't known who it is, 429 after too many wrong
 * tokens, otherwise 403.
 */
export class Denied extends Refusal {
  constructor(
    message: string,
    readonly status: 401 | 403 | 429,
    retryAfter?: number,
  ) {
    super(Errcode.caller, message, retryAfter);
  }

  override withMessage(message: string): Denied {
    return new Denied(message, this.status, this.retryAfter);
  }
}

/** The refusal of a body that arrived too slowly. Status 408 closes the connection (RFC 9110 §15.5.9). */
export class TooSlow extends Refusal {
  readonly status = 408;

  constructor(message: string) {
    super(Errcode.request, message);
  }
}

const TYPE = "application/json; charset=utf-8";
/** The default of Retry-After, in seconds. */
const RETRY_AFTER = 5;
/** The statuses of requests that may succeed later as they are (RFC 9110 §15.6.4, RFC 6585 §4). */
const RETRIED_STATUSES: ReadonlySet<number> = new Set([429, 503]);

/** Whether responses with this status say when to ask again. */
export function hasRetryAfter(status: number): boolean {
  return RETRIED_STATUSES.has(status);
}

/** Returns the header Retry-After as name and value; nothing for other statuses. @param seconds undefined: the default */
export function retryAfter(status: number, seconds = RETRY_AFTER): readonly string[] {
  return hasRetryAfter(status) ? ["Retry-After", String(Math.max(1, Math.ceil(seconds)))] : [];
}

/** Returns the response to a refused call, with `data` only if successful responses have it. */
export function failureResponse(refusal: Refusal, form: ResponseForm = WITH_DATA): ApiResponse {
  const { errcode, message } = refusal;
  const isUnknown = errcode === Errcode.notFound && form.notFound !== undefined;
  const text = JSON.stringify(
    isUnknown
      ? form.notFound(message)
      : { ret: false, errcode, errmsg: message, ...(hasData(form.success) && { data: "" }) },
  );
  const status = statusOf(refusal);
  // A batch of which a part was accepted has the status 200, and its rest is to be repeated, too.
  const isLater = errcode === Errcode.unavailable;
  const headers = [...headersOf(text), ...retryAfter(isLater ? 503 : status, refusal.retryAfter)];
  if (refusal instanceof PartialRefusal) headers.push("X-QTalk-Delivery", refusal.delivery);
  if (refusal instanceof Denied && refusal.status === 401) headers.push("WWW-Authenticate", "Bearer");
  return { status, headers, text };
}

/** Returns a function that makes an endpoint's responses. Constant responses are made only once. */
export function successResponses(form: SuccessForm): (done: CallResult) => ApiResponse {
  if ("plain" in form) return sameResponse(form.plain, `${form.type}; charset=utf-8`);
  const { errcode = 0, errmsg, data } = form;
  const head = `{"ret":true,"errcode":${JSON.stringify(errcode)},"errmsg":${JSON.stringify(errmsg)}`;
  if (typeof data === "object") {
    return (done) => success(`${head},"data":${JSON.stringify(done.data)}}`, TYPE, done.delivery);
  }
  return sameResponse(data === undefined ? `${head}}` : `${head},"data":${JSON.stringify(data)}}`, TYPE);
}

function sameResponse(text: string, type: string): (done: CallResult) => ApiResponse {
  const responses = {
    none: success(text, type),
    confirmed: success(text, type, "confirmed"),
    queued: success(text, type, "queued"),
  };
  return (done) => responses[done.delivery ?? "none"];
}

/** Returns whether successful responses have `data`. If so, failures have it, too. */
export function hasData(form: SuccessForm): boolean {
  return "plain" in form || form.data !== undefined;
}

/** Sends a response. Has no effect if the caller has disconnected. */
export function send(response: ServerResponse, found: ApiResponse, id: string): void {
  if (found.status === 408) response.shouldKeepAlive = false;
  response.writeHead(found.status, [...found.headers, "X-Request-Id", id]);
  response.end(found.text);
}

function success(text: string, type: string, delivery?: CallResult["delivery"]): ApiResponse {
  const headers = headersOf(text, type);
  if (delivery !== undefined) headers.push("X-QTalk-Delivery", delivery);
  return { status: 200, headers, text };
}

export function headersOf(text: string, type = TYPE): string[] {
  return ["Content-Type", type, "Content-Length", String(Buffer.byteLength(text))];
}

function statusOf(refusal: Refusal): number {
  if (refusal instanceof PartialRefusal) return 200;
  if (refusal instanceof Denied || refusal instanceof TooSlow) return refusal.status;
  return ERRCODES[refusal.errcode].status[0];
}

/** Responds with JSON that must not be cached. @param wait for Retry-After, in seconds; undefined: the default */
export function reply(response: ServerResponse, status: number, body: unknown, wait?: number): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, [
    ...headersOf(text),
    ...["Cache-Control", "no-store"],
    ...retryAfter(status, wait),
  ]);
  response.end(text);
}

/** Headers of files that users or programs sent, which browsers must not interpret as anything else. */
export const UNTRUSTED = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; sandbox",
  "Cross-Origin-Resource-Policy": "cross-origin",
} as const;
