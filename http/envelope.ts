/**
 * The envelope: the one place that makes answers of the interface. Keys come in the order ret, errcode, errmsg, data.
 * Callers throw away what isn't HTTP 200, so only a call of which nothing was accepted gets another status.
 */
import type { ServerResponse } from "node:http";
import { PartialRefusal } from "../component/operations/batch.js";
import { Errcode, Refusal } from "../component/refusal.js";
import type { CallResult, Endpoint, SuccessForm } from "./endpoint.js";

/** A finished answer. */
export interface Answer {
  readonly status: number;
  /** Names and values in turn, which node takes faster than an object. */
  readonly headers: readonly string[];
  readonly text: string;
  readonly errcode: number;
}

/** What of an endpoint says how its answers are written. */
type AnswerForm = Pick<Endpoint, "success" | "notFound">;

/** Where no endpoint was reached. */
const WITH_DATA: AnswerForm = { success: { errmsg: "success", data: "" } };

/** The calling program may not: 401 where it isn't known, 403 where it is. */
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
export function failureAnswer(refusal: Refusal, form: AnswerForm = WITH_DATA): Answer {
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
export function successAnswers(form: SuccessForm): (done: CallResult) => Answer {
  if ("plain" in form) return sameAnswer(form.plain, `${form.type}; charset=utf-8`);
  const { errcode = 0, errmsg, data } = form;
  const head = `{"ret":true,"errcode":${JSON.stringify(errcode)},"errmsg":${JSON.stringify(errmsg)}`;
  if (typeof data === "object") {
    return (done) => success(`${head},"data":${JSON.stringify(done.data)}}`, TYPE, done.delivery);
  }
  return sameAnswer(data === undefined ? `${head}}` : `${head},"data":${JSON.stringify(data)}}`, TYPE);
}

function sameAnswer(text: string, type: string): (done: CallResult) => Answer {
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
export function send(response: ServerResponse, answer: Answer, id: string): void {
  if (answer.status === 408) response.shouldKeepAlive = false;
  response.writeHead(answer.status, [...answer.headers, "X-Request-Id", id]);
  response.end(answer.text);
}

function success(text: string, type: string, delivery?: CallResult["delivery"]): Answer {
  const headers = headersOf(text, type);
  if (delivery !== undefined) headers.push("X-QTalk-Delivery", delivery);
  return { status: 200, headers, text, errcode: 0 };
}

function headersOf(text: string, type = TYPE): string[] {
  return ["Content-Type", type, "Content-Length", String(Buffer.byteLength(text))];
}

function statusOf(refusal: Refusal): number {
  if (refusal instanceof PartialRefusal) return 200;
  if (refusal.errcode === Errcode.unavailable) return 503;
  return refusal instanceof Denied || refusal instanceof TooSlow
    ? refusal.status
    : refusal.errcode === Errcode.caller
      ? 403
      : 200;
}
