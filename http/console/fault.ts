/** The errors of the console's API. They are values and never thrown. */
import { Errcode, type Refusal } from "../../component/refusal.js";
import { TooSlow } from "../api-response.js";

/** HTTP status by error code. */
const STATUSES = {
  /** The request is at fault. */
  input: 400,
  /** A login is needed. */
  login: 401,
  forbidden: 403,
  /** The request comes from a page of another site. */
  origin: 403,
  /** The CSRF token is missing or wrong. */
  csrf: 403,
  missing: 404,
  method: 405,
  slow: 408,
  exists: 409,
  type: 415,
  /** Over the rate limit. */
  busy: 429,
  unavailable: 503,
  fault: 500,
} as const;

export type FaultCode = keyof typeof STATUSES;

export interface FaultDetails {
  /** The field at fault. */
  readonly field?: string | undefined;
  /** Seconds after which to retry. */
  readonly retryAfter?: number | undefined;
}

export class ConsoleFault {
  constructor(
    readonly code: FaultCode,
    /** For the operator. */
    readonly message: string,
    readonly details: FaultDetails = {},
  ) {}

  get status(): number {
    return STATUSES[this.code];
  }
}

const CODES: Readonly<Partial<Record<Errcode, FaultCode>>> = {
  [Errcode.forbidden]: "forbidden",
  [Errcode.exists]: "exists",
  [Errcode.notFound]: "missing",
  [Errcode.unavailable]: "unavailable",
  [Errcode.caller]: "forbidden",
};

/** Messages of refusals begin with the field at fault if there is one. */
const FIELD = /^([\w#.-]+)(?:\[\d+\])*: /;

export function faultOf(refusal: Refusal): ConsoleFault {
  const { errcode, message, retryAfter } = refusal;
  const code = refusal instanceof TooSlow ? "slow" : (CODES[errcode] ?? "input");
  return new ConsoleFault(code, message, { field: FIELD.exec(message)?.[1], retryAfter });
}
