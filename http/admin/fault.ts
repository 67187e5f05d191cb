/** The errors of the APIs for operators. Functions return them; they are never thrown. */
import { Errcode, type Refusal } from "../../component/refusal.js";
import { Denied, TooSlow } from "../api-response.js";

/** The errors by code, with their HTTP statuses and meanings. */
export const FAULTS = {
  login: [401, "the token is missing, unknown or expired"],
  forbidden: [
    403,
    "a right is missing, the request comes from a page of another web site, or operators may not log in from there (console.access)",
  ],
  missing: [404, "there is no such operation or object"],
  method: [405, "the method isn't POST"],
  slow: [408, "the body didn't arrive in time"],
  exists: [409, "the object exists already"],
  type: [415, "the Content-Type isn't application/json"],
  input: [422, "an argument is invalid; `field` names it"],
  busy: [429, "too many wrong tokens from this network"],
  fault: [500, "an error of the component, which its log describes"],
  unavailable: [503, "it can't be done now"],
} as const;

export type FaultCode = keyof typeof FAULTS;

export class ApiFault {
  constructor(
    readonly code: FaultCode,
    readonly message: string,
    /** The name of the invalid field. */
    readonly field?: string,
    /** When the visitor may retry, in seconds from now. */
    readonly retryAfter?: number,
  ) {}
}

const DENIED = { 401: "login", 403: "forbidden", 429: "busy" } as const;
const CODES: Readonly<Partial<Record<Errcode, FaultCode>>> = {
  [Errcode.forbidden]: "forbidden",
  [Errcode.exists]: "exists",
  [Errcode.notFound]: "missing",
  [Errcode.unavailable]: "unavailable",
};

/** Matches the field's name at the beginning of a refusal's message, if the refusal is about a field. */
const FIELD = /^([\w#.-]+)(?:\[\d+\])*: /;

export function apiFaultOf(refusal: Refusal): ApiFault {
  const { errcode, message, retryAfter } = refusal;
  if (refusal instanceof Denied) return new ApiFault(DENIED[refusal.status], message, undefined, retryAfter);
  const code = refusal instanceof TooSlow ? "slow" : (CODES[errcode] ?? "input");
  return new ApiFault(code, message, FIELD.exec(message)?.[1], retryAfter);
}
