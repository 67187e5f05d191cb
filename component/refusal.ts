/** Refusals: the result of an operation that doesn't do what was asked. They are returned, never thrown. */

/** The interface's error numbers (errcode). */
export const Errcode = {
  /** The request is at fault: a missing or invalid field, an address that is none, XML that doesn't parse. */
  request: 1,
  /** The acting user may not. */
  forbidden: 2,
  /** It exists already, with another owner. */
  exists: 3,
  /** No such room or user. */
  notFound: 4,
  /** Not now: the queue is full or storage failed; nothing was accepted. */
  unavailable: 5,
  /** The calling program may not. */
  caller: 6,
  /** Longer than the original took (send_http_message alone). */
  tooLong: 101,
} as const;
export type Errcode = (typeof Errcode)[keyof typeof Errcode];

export class Refusal {
  constructor(
    readonly errcode: Errcode,
    /** One plain sentence for the caller: the fault, and what was expected. */
    readonly message: string,
    /** Seconds after which the caller may try again. */
    readonly retryAfter?: number,
    /** The text for log and console, if the interface gives callers a shorter one. */
    readonly detail?: string,
  ) {}

  /** The same refusal with another text. */
  withMessage(message: string): Refusal {
    return new Refusal(this.errcode, message, this.retryAfter, this.detail);
  }

  /** The same refusal, for an item of a batch. */
  at(prefix: string): Refusal {
    return this.withMessage(`${prefix}: ${this.message}`);
  }
}

/** A caller or a hook has used up its own rate limit: nothing is wrong with the component. */
export class OverRate extends Refusal {
  constructor(message: string, retryAfter?: number) {
    super(Errcode.unavailable, message, retryAfter);
  }
}
