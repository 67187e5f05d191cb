/** The errors of the APIs for operators. Functions return them; they are never thrown. */
import { Errcode, type Refusal } from "../../component/refusal.js";
import { TooSlow } from "../api-response.js";

/** HTTP statuses by error code. */
const STATUSES = {
  input: 422,
  login: 401,
  forbidden: 403,
  /** The request comes from a page of another web site. */
  origin: 403,
  /** The CSRF token is missing or wrong. */
  csrf: 403,
  missing: 404,
  method: 405,
  slow: 408,
  exists: 409,
  type: 415,
  /** A rate limit is exceeded. */
  busy: 429,
  unavailable: 503,
  fault: 500,
} as const;

export type FaultCode = keyof typeof STATUSES;

export interface FaultDetails {
  /** The name of the invalid field. */
  readonly field?: string | undefined;
  /** When the visitor may retry, in seconds from now. */
  readonly retryAfter?: number | undefined;
}

export class ApiFault {
  constructor(
    readonly code: FaultCode,
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

/** Matches the field's name at the beginning of a refusal's message, if the refusal is about a field. */
const FIELD = /^([\w#.-]+)(?:\[\d+\])*: /;

export function faultOf(refusal: Refusal): ApiFault {
  const { errcode, message, retryAfter } = refusal;
  const code = refusal instanceof TooSlow ? "slow" : (CODES[errcode] ?? "input");
  return new ApiFault(code, message, { field: FIELD.exec(message)?.[1], retryAfter });
}
