/** Results of operations that don't do what was asked for. They are returned, never thrown. */

/** The error numbers (errcode) of the HTTP interface; http/errcodes.ts has their meanings. */
export const Errcode = {
  request: 1,
  forbidden: 2,
  exists: 3,
  notFound: 4,
  unavailable: 5,
  caller: 6,
  tooLong: 101,
} as const;
export type Errcode = (typeof Errcode)[keyof typeof Errcode];

/**
 * For the errcode `unavailable`: why. `here`: the component's state, which operators should know. `rate`: a rate limit of the
 * caller, the hook or the room. `receiver`: a room or receiver elsewhere didn't answer, or didn't take the message.
 */
export type Blame = "here" | "rate" | "receiver";

export class Refusal {
  blame: Blame = "here";

  constructor(
    readonly errcode: Errcode,
    /** A sentence for the caller: what was wrong, and what was expected. */
    readonly message: string,
    /** How many seconds the caller should wait before it tries again. */
    readonly retryAfter?: number,
    /** A longer text for log and console, if `message` is a short text that the interface prescribes. */
    readonly detail?: string,
  ) {}

  withMessage(message: string): Refusal {
    return new Refusal(this.errcode, message, this.retryAfter, this.detail).blaming(this.blame);
  }

  blaming(blame: Blame): this {
    this.blame = blame;
    return this;
  }

  /** Returns the refusal for an item of a batch. @param prefix names the item */
  at(prefix: string): Refusal {
    return this.withMessage(`${prefix}: ${this.message}`);
  }
}

const refusing =
  (errcode: Errcode) =>
  (message: string): Refusal =>
    new Refusal(errcode, message);

/** Makes the refusal of a wrong request. @param message what was wrong, and what was expected */
export const badRequest = refusing(Errcode.request);

/** Makes refusals by the names of their error numbers. */
export const refuse = {
  forbidden: refusing(Errcode.forbidden),
  exists: refusing(Errcode.exists),
  notFound: refusing(Errcode.notFound),
  unavailable: refusing(Errcode.unavailable),
};

/** Makes the refusal of a request that exceeds a rate limit; the component isn't at fault. */
export function overRate(message: string, retryAfter?: number): Refusal {
  return new Refusal(Errcode.unavailable, message, retryAfter).blaming("rate");
}

/** Returns the values by name, or the first refusal among them. */
export function granted<T extends Readonly<Record<string, unknown>>>(
  values: T,
): { readonly [K in keyof T]: Exclude<T[K], Refusal> } | Refusal {
  const refusal = Object.values(values).find((value) => value instanceof Refusal);
  return refusal ?? (values as { [K in keyof T]: Exclude<T[K], Refusal> });
}
