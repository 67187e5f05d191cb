/** Recognises a repeated call by its header Idempotency-Key. Calls with equal content but without a key aren't repeats. */
import { hash } from "node:crypto";

/** The maximum length of an idempotency key, in characters. */
export const MAX_KEY = 256;

/** What is equal if a call repeats another one. */
export interface KeyedCall {
  readonly caller: string;
  readonly path: string;
  readonly key: string;
  readonly body: Buffer;
}

/** The key of one call. The call's repetition makes the same fingerprints for its messages. */
export class CallKey {
  readonly #call: string;
  readonly #counts = new Map<string, number>();

  constructor({ caller, path, key, body }: KeyedCall) {
    this.#call = hash("sha256", [caller, path, key, hash("sha256", body)].join("\0"));
  }

  /** Returns the fingerprint (16 bytes) of the call's next message from a sender to a receiver; absent: to several. */
  next(from: string, to = ""): Buffer {
    // Counting by addresses keeps the fingerprints of the others if an item is refused in one of both calls only.
    const addresses = `${from}\0${to}`;
    const count = this.#counts.get(addresses) ?? 0;
    this.#counts.set(addresses, count + 1);
    return hash("sha256", [this.#call, addresses, count].join("\0"), "buffer").subarray(0, 16);
  }
}
