/** ApiResponse: the one place that makes answers of the interface. Keys come in the order ret, errcode, errmsg, data. */
import type { ServerResponse } from "node:http";
import { PartialRefusal } from "../component/operations/batch.js";
import { Errcode, Refusal } from "../component/refusal.js";
import type { CallResult, Endpoint, SuccessForm } from "./endpoint.js";
import { ERRCODES } from "./errcodes.js";

/** A finished answer. */
export interface ApiResponse {
  readonly status: number;
  /** Names and values in turn, which node takes faster than an object. */
  readonly headers: readonly string[];
  readonly text: string;
  readonly errcode: number;
}

/** How an endpoint answers. */
type ResponseForm = Pick<Endpoint, "success" | "notFound">;

/** If no endpoint was reached. */
const WITH_DATA: ResponseForm = { success: { errmsg: "success", data: "" } };

/** The calling program may not: 401 if it is unknown, 403 if it is known. */
export class Denied extends Refusal {
  constructor(
    message: string,
    readonly status: 401 | 403,
  ) {
    super(Errcode.caller, message);
  }

  override withMessage(message: string): Denied {
    return new Denied(message, this.status);
  }
}

/** The request came so slowly that the rest isn't waited for: 408, and the connection ends (RFC 9110 §15.5.9). */
export class TooSlow extends Refusal {
  readonly status = 408;

  constructor(message: string) {
    super(Errcode.request, message);
  }
}

const TYPE = "application/json; charset=utf-8";
/** Seconds after which to call again, where the refusal names no time of its own. */
const RETRY_AFTER = 5;

/** The answer to a call that was refused, as an endpoint's answers are: without data where its success has none. */
export function failureResponse(refusal: Refusal, form: ResponseForm = WITH_DATA): ApiResponse {
  const { errcode, message } = refusal;
  const isUnknown = errcode === Errcode.notFound && form.notFound !== undefined;
  const text = JSON.stringify(
    isUnknown
      ? form.notFound(message)
      : { ret: false, errcode, errmsg: message, ...(hasData(form.success) && { data: "" }) },
  );
  const headers = headersOf(text);
  if (errcode === Errcode.unavailable) headers.push("Retry-After", String(refusal.retryAfter ?? RETRY_AFTER));
  if (refusal instanceof PartialRefusal) headers.push("X-QTalk-Delivery", refusal.delivery);
  if (refusal instanceof Denied && refusal.status === 401) headers.push("WWW-Authenticate", "Bearer");
  return { status: statusOf(refusal), headers, text, errcode };
}

/** Makes the answers of an endpoint's success form; those without data of their own are made once. */
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
  const answers = {
    none: success(text, type),
    confirmed: success(text, type, "confirmed"),
    queued: success(text, type, "queued"),
  };
  return (done) => answers[done.delivery ?? "none"];
}

/** Whether answers of this form have data; failures have it then, too. */
export function hasData(form: SuccessForm): boolean {
  return "plain" in form || form.data !== undefined;
}

/** Writes an answer, with the request's id. One to a caller that has gone is dropped. */
export function send(response: ServerResponse, answer: ApiResponse, id: string): void {
  if (answer.status === 408) response.shouldKeepAlive = false;
  response.writeHead(answer.status, [...answer.headers, "X-Request-Id", id]);
  response.end(answer.text);
}

function success(text: string, type: string, delivery?: CallResult["delivery"]): ApiResponse {
  const headers = headersOf(text, type);
  if (delivery !== undefined) headers.push("X-QTalk-Delivery", delivery);
  return { status: 200, headers, text, errcode: 0 };
}

function headersOf(text: string, type = TYPE): string[] {
  return ["Content-Type", type, "Content-Length", String(Buffer.byteLength(text))];
}

function statusOf(refusal: Refusal): number {
  if (refusal instanceof PartialRefusal) return 200;
  if (refusal instanceof Denied || refusal instanceof TooSlow) return refusal.status;
  return ERRCODES[refusal.errcode].status[0];
}
