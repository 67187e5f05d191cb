/** Why the console doesn't do what it was asked for. A value, never thrown. */
import { Errcode, type Refusal } from "../../component/refusal.js";
import { TooSlow } from "../api-response.js";

/** HTTP statuses by the fault's code. */
const STATUSES = {
  /** What was sent is at fault. */
  input: 400,
  /** Nobody is logged in (any more). */
  login: 401,
  forbidden: 403,
  /** Another site's page asks. */
  origin: 403,
  /** The token against forged requests is missing or another's. */
  csrf: 403,
  missing: 404,
  method: 405,
  slow: 408,
  exists: 409,
  type: 415,
  /** Too often. */
  busy: 429,
  unavailable: 503,
  fault: 500,
} as const;

export type FaultCode = keyof typeof STATUSES;

export interface FaultDetails {
  /** What of the input is at fault. */
  readonly field?: string | undefined;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number | undefined;
}

export class ConsoleFault {
  constructor(
    readonly code: FaultCode,
    /** One plain sentence for the operator. */
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

/** Sentences of refusals begin with the field at fault, where there is one. */
const FIELD = /^([\w#.-]+)(?:\[\d+\])*: /;

export function faultOf(refusal: Refusal): ConsoleFault {
  const { errcode, message, retryAfter } = refusal;
  const code = refusal instanceof TooSlow ? "slow" : (CODES[errcode] ?? "input");
  return new ConsoleFault(code, message, { field: FIELD.exec(message)?.[1], retryAfter });
}
